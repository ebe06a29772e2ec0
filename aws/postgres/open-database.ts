import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import { databaseDriver } from '../drivers/databases.ts';
import type { Endpoint } from '../drivers/driver.ts';
import { ask } from '../errors.ts';
import type { Database, Plan } from '../plan.ts';
import { reversePlan } from '../reverse-plan.ts';
import type { Runtime } from '../runtime.ts';
import type { Access, Side } from './side.ts';
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
  const { connection } = database;
  if (connection === undefined)
    throw new NotReadyError(`${database.id} has no connection in the plan.`);
  const back = reversePlan(plan);
  const mirrored = back.databases.find(({ id }) => id === database.id);
  if (mirrored === undefined) throw new NotReadyError(`${database.id} has no way back.`);
  const [user, target, source] = await Promise.all([
    readUser(runtime, connection.secret),
    databaseDriver(database).endpoint({ plan, runtime }),
    databaseDriver(mirrored).endpoint({ plan: back, runtime }),
  ]);
  const open = async (name: string, { host, port }: Endpoint, access: Access): Promise<Side> => {
    const url = new URL(`postgres://${host}:${port}`);
    url.username = encodeURIComponent(user.username);
    url.password = encodeURIComponent(user.password);
    url.pathname = `/${encodeURIComponent(connection.database)}`;
    url.searchParams.set('sslmode', 'verify-full');
    return await (runtime.openDatabase ?? openSide)(name, url.href, access);
  };
  const from = await open(`${database.id} in ${plan.regions.primary}`, source, 'writes');
  try {
    const to = await open(`${database.id} in ${plan.regions.standby}`, target, 'reads');
    try {
      return await work({ source: from, target: to });
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
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
