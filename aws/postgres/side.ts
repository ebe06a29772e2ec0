import pg from 'pg';
import * as z from 'zod';
import { InvalidInputError, UnreachableError } from '../../core/errors.ts';
import { LOCK_SECONDS } from '../reconcile/apply-units.ts';
import { withoutValues } from './errors.ts';
import { MARKER_SCHEMA } from './marker-schema.ts';

/** A session with one of the two databases. It does one thing after the other. */
export interface Side {
  /** For people: which of the two it is. */
  readonly name: string;
  query<T>(row: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
  /** Runs a statement that changes something. How many rows it changed; null if it changes none. */
  run(sql: string, values?: readonly unknown[]): Promise<number | null>;
  /** Opens another session like this one. */
  again(): Promise<Side>;
  close(): Promise<void>;
}

/** Both databases. */
export interface Sides {
  readonly old: Side;
  readonly writer: Side;
}

/**
 * Rows are compared as text: the same value must be the same text on both sides, whatever their
 * defaults are (PostgreSQL documentation, Client Connection Defaults).
 */
const SETTINGS = [
  `SET datestyle = 'ISO, YMD'`,
  `SET intervalstyle = 'postgres'`,
  `SET timezone = 'UTC'`,
  'SET extra_float_digits = 3',
  `SET bytea_output = 'hex'`,
  `SET lc_monetary = 'C'`,
  // Rather an error than rows that a policy hides.
  'SET row_security = off',
  // Whoever asked may be gone without a word, as a function is that was killed.
  'SET tcp_keepalives_idle = 20',
  'SET tcp_keepalives_interval = 5',
  'SET tcp_keepalives_count = 4',
].join('; ');

/** PostgreSQL 14 and later can end a statement of which nobody waits for the answer; on Linux only. */
const WATCH_THE_CLIENT = `
  SELECT set_config(name, '10s', false) FROM pg_settings
  WHERE name = 'client_connection_check_interval' AND version() ~ 'linux'`;

/** A session waits while another one works, and a large table takes its time. PostgreSQL 14 and 17 on. */
const NO_TIMEOUTS = `
  SELECT set_config(name, '0', false) FROM pg_settings
  WHERE name IN ('idle_session_timeout', 'transaction_timeout')`;

/**
 * Types and their operators may be in any schema, and an operator that is not found is another one
 * that fits: `citext` would be compared as `text`. Ours is not among them, so that both sides agree.
 */
const SEARCH_PATH = `
  SELECT set_config('search_path', concat_ws(', ', 'pg_catalog',
    string_agg(quote_ident(nspname), ', ' ORDER BY nspname)), false)
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', '${MARKER_SCHEMA}')
    AND has_schema_privilege(oid, 'USAGE')`;

const CONNECT_MILLISECONDS = 10_000;

/** What a session may do. */
export type Access = 'reads' | 'writes';

/** What a role sets for its sessions is not meant for these. */
const accessSettings: Readonly<Record<Access, string>> = {
  reads: [
    'SET default_transaction_read_only = on',
    // A large table takes its time.
    'SET statement_timeout = 0',
    'SET idle_in_transaction_session_timeout = 0',
  ].join('; '),
  // Locks must not outlive whoever took them.
  writes: [
    `SET lock_timeout = '${LOCK_SECONDS}s'`,
    `SET statement_timeout = '3min'`,
    `SET idle_in_transaction_session_timeout = '60s'`,
  ].join('; '),
};

/**
 * Opens a session; it can only read unless told otherwise. `url` as libpq knows it, `postgres://user@host:port/database`;
 * a password is better given by `PGPASSWORD`.
 * @throws InvalidInputError if the URL is none; UnreachableError if nobody answers
 */
export async function openSide(name: string, url: string, access: Access = 'reads'): Promise<Side> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new InvalidInputError(
      `${name}: found "${url}"; expected postgres://user@host:5432/database.`,
    );
  }
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: CONNECT_MILLISECONDS,
  });
  // A connection that dies fails the query under way, which tells.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SETTINGS);
    await client.query(SEARCH_PATH);
    await client.query(WATCH_THE_CLIENT);
    await client.query(NO_TIMEOUTS);
    await client.query(accessSettings[access]);
  } catch (error) {
    await client.end().catch(() => undefined);
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(`${name} cannot be asked: ${why}`, { cause: error });
  }
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async (sql: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
    const answer = last.then(async () => await ask(client, sql, values));
    last = answer.catch(() => undefined);
    return await answer;
  };
  return {
    name,
    async query(row, sql, values = []) {
      return z.array(row).parse((await inTurn(sql, values)).rows);
    },
    run: async (sql, values = []) => (await inTurn(sql, values)).rowCount,
    again: async () => await openSide(name, url, access),
    close: async () => {
      await client.end();
    },
  };
}

/** What is thrown may be told and kept. */
async function ask(client: pg.Client, sql: string, values: readonly unknown[]) {
  try {
    return await client.query(sql, [...values]);
  } catch (error) {
    throw withoutValues(error);
  }
}

/** Opens both databases for as long as something is done with them. */
export async function withSides<T>(
  urls: { readonly old: string; readonly writer: string },
  work: (sides: Sides) => Promise<T>,
): Promise<T> {
  const old = await openSide('The old primary', urls.old);
  try {
    const writer = await openSide('The writer', urls.writer);
    try {
      return await work({ old, writer });
    } finally {
      await writer.close();
    }
  } finally {
    await old.close();
  }
}
