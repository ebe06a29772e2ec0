import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import { databaseDriver } from '../drivers/databases.ts';
import { ask } from '../errors.ts';
import type { Sided } from '../other-side.ts';
import { otherSide } from '../other-side.ts';
import type { Database, Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import type { Access, Side, Sides } from './side.ts';
import { openSide } from './side.ts';

/** As RDS and Secrets Manager keep the user of a database. */
const User = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** The databases of both Regions, as a switchover sees them. */
export interface Pair {
  /** In the Region that is left. */
  readonly source: Side;
  /** In the Region that takes over. */
  readonly target: Side;
}

/**
 * Opens the database in both Regions for as long as something is done with them.
 * @throws NotReadyError if the plan, the secret or RDS does not say how; UnreachableError if one does
 *   not answer
 */
export async function withPair<T>(
  runtime: Runtime,
  plan: Plan,
  database: Database,
  work: (pair: Pair) => Promise<T>,
): Promise<T> {
  const there = { plan, database };
  return await withSession(runtime, otherSide(there), 'writes', async (source) => {
    return await withSession(runtime, there, 'reads', async (target) => {
      return await work({ source, target });
    });
  });
}

/**
 * Opens the old primary and the writer, of a plan whose standby was promoted. Both only read.
 * @throws as `withPair`
 */
export async function withOldPrimary<T>(
  runtime: Runtime,
  there: Sided,
  work: (sides: Sides) => Promise<T>,
): Promise<T> {
  return await withSession(runtime, otherSide(there), 'reads', async (old) => {
    return await withSession(runtime, there, 'reads', async (writer) => {
      return await work({ old, writer });
    });
  });
}

/**
 * Opens a session with the database in the standby Region, for as long as something is done with it.
 * @throws as `withPair`
 */
export async function withSession<T>(
  runtime: Runtime,
  { plan, database }: Sided,
  access: Access,
  work: (side: Side) => Promise<T>,
): Promise<T> {
  const { connection, id } = database;
  if (connection === undefined) throw new NotReadyError(`${id} has no connection in the plan.`);
  const [user, { host, port }] = await Promise.all([
    readUser(runtime, connection.secret),
    databaseDriver(database).endpoint({ plan, runtime }),
  ]);
  const url = new URL(`postgres://${host}:${port}`);
  url.username = encodeURIComponent(user.username);
  url.password = encodeURIComponent(user.password);
  url.pathname = `/${encodeURIComponent(connection.database)}`;
  url.searchParams.set('sslmode', 'verify-full');
  const open = runtime.openDatabase ?? openSide;
  const side = await open(`${id} in ${plan.regions.standby}`, url.href, access);
  try {
    return await work(side);
  } finally {
    await side.close();
  }
}

/** What was found is not repeated: it is the secret. */
async function readUser(runtime: Runtime, arn: string): Promise<z.infer<typeof User>> {
  const region = arn.split(':')[3] ?? runtime.environment.region;
  const client = runtime.client(SecretsManagerClient, region);
  const command = new GetSecretValueCommand({ SecretId: arn, VersionStage: 'AWSCURRENT' });
  const { SecretString = '' } = await ask('GetSecretValue', () => client.send(command));
  const parsed = User.safeParse(parse(SecretString));
  if (!parsed.success)
    throw new NotReadyError(`The secret ${arn} holds no JSON with username and password.`);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
