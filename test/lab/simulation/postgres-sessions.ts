import pg from 'pg';
import * as z from 'zod';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import type { WriteResult } from '../../../lab/simulation/world/databases.ts';
import { until } from '../parts/support.ts';

/** How a session reaches a server. The port is the last one it had: nobody may be there. */
export interface Server {
  readonly port: number;
  readonly password: string;
}

/** What a new session says of its server. */
export const Answers = z.object({
  recovery: z.boolean(),
  accepts: z.boolean(),
  readOnly: z.boolean(),
  writes: z.array(z.number()),
});

const ASK = `SELECT pg_is_in_recovery() AS recovery,
                    current_setting('transaction_read_only') = 'off' AS accepts,
                    current_setting('default_transaction_read_only') = 'on' AS "readOnly",
                    ARRAY(SELECT write FROM writes ORDER BY write) AS writes`;

const Refused = z.object({ code: z.string() });

/** SQLSTATE read_only_sql_transaction: of a standby, and of a fence. */
const READ_ONLY = '25006';
/** SQLSTATE object_not_in_prerequisite_state: nothing is recovering. */
const NOT_IN_RECOVERY = '55000';

/** Runs something in a session of its own. @returns 'stopped' where nobody listens */
export async function inSession<T>(
  { port, password }: Server,
  work: (session: pg.Client) => Promise<T>,
): Promise<T | 'stopped'> {
  const session = new pg.Client({
    ...{ host: '127.0.0.1', port, user: DATABASE_USER, password, database: 'postgres' },
    ...{ connectionTimeoutMillis: 5_000, query_timeout: 10_000 },
  });
  session.on('error', () => undefined); // The query that fails tells.
  try {
    await session.connect();
  } catch (error) {
    if (codeOf(error) === 'ECONNREFUSED') return 'stopped';
    throw error;
  }
  try {
    return await work(session);
  } finally {
    await session.end();
  }
}

/** What a new session sees of its server. */
export async function ask(session: pg.Client): Promise<z.infer<typeof Answers>> {
  const { rows } = await session.query(ASK);
  return Answers.parse(rows[0]);
}

/** Writes in a new session. Both kinds of refusal have one code: the server's role tells. */
export function insert(server: Server, write: number): Promise<WriteResult> {
  return inSession(server, async (session) => {
    try {
      await session.query('INSERT INTO writes VALUES ($1)', [write]);
      return 'committed';
    } catch (error) {
      if (codeOf(error) !== READ_ONLY) throw error;
      return (await ask(session)).recovery ? 'in recovery' : 'read only';
    }
  });
}

/** Promotes a standby and waits for it. @returns false where there is none to promote */
export async function promoteIn(server: Server): Promise<boolean> {
  const result = await inSession(server, async (session) => {
    try {
      const { rows } = await session.query('SELECT pg_promote() AS promoted');
      return z.object({ promoted: z.literal(true) }).parse(rows[0]).promoted;
    } catch (error) {
      if (codeOf(error) !== NOT_IN_RECOVERY) throw error;
      return false;
    }
  });
  return result === true;
}

/**
 * Sets the default of sessions to come, on the disk as well; waits until new sessions have it.
 * @returns false where nobody is there to be told
 */
export async function setReadOnlyIn(server: Server, readOnly: boolean): Promise<boolean> {
  const value = readOnly ? 'on' : 'off';
  const told = await inSession(server, async (session) => {
    await session.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await session.query('SELECT pg_reload_conf()');
  });
  if (told === 'stopped') return false;
  await until(`new sessions do not have read only ${value}`, async () => {
    const answers = await inSession(server, ask);
    return answers !== 'stopped' && answers.readOnly === readOnly;
  });
  return true;
}

function codeOf(error: unknown): string | undefined {
  return Refused.safeParse(error).data?.code;
}
