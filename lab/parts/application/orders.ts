import pg from 'pg';
import { BEAT, INSERT_ORDER } from './schema.ts';
import type { ApplicationSettings } from './settings.ts';

/** How a write ended. `unknown`: COMMIT was sent and not answered, so it may have happened. */
type WriteOutcome = 'committed' | 'failed' | 'unknown';

/** The order service's use of its database. */
export interface Orders {
  insert(id: string, client: string): Promise<WriteOutcome>;
  count(): Promise<number>;
  /** Writes and commits the Region's heartbeat row; throws when that is not possible. */
  beat(): Promise<void>;
}

/** Connects on first use. Every wait is limited to a second: a hanging database is an error. */
export function openOrders(settings: ApplicationSettings): Orders {
  const pool = new pg.Pool({
    ...{ host: '127.0.0.1', port: settings.databasePort, database: 'postgres' },
    ...{ user: settings.user, password: settings.password, max: 4 },
    ...{ connectionTimeoutMillis: 1_000, query_timeout: 1_000, statement_timeout: 1_000 },
  });
  // A connection may die while idle, or between two statements: what uses it next is told.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    insert: (id, client) => insert(pool, [id, client, settings.region]),
    async count() {
      const result = await pool.query<{ count: number }>('SELECT count(*)::int FROM orders');
      return result.rows[0]?.count ?? 0;
    },
    async beat() {
      await pool.query(BEAT, [settings.region]);
    },
  };
}

async function insert(pool: pg.Pool, values: readonly string[]): Promise<WriteOutcome> {
  let outcome: WriteOutcome = 'failed';
  let client: pg.PoolClient | undefined;
  try {
    client = await pool.connect();
    await client.query('BEGIN');
    await client.query(INSERT_ORDER, [...values]);
    outcome = 'unknown';
    const { command } = await client.query('COMMIT');
    outcome = command === 'COMMIT' ? 'committed' : 'failed';
    client.release();
  } catch {
    client?.release(true); // Its state is not known: close it rather than use it again.
  }
  return outcome;
}
