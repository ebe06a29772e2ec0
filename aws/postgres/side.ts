import pg from 'pg';
import * as z from 'zod';
import { InvalidInputError, UnreachableError } from '../../core/errors.ts';

/** One of two databases that are compared. Only reads. */
export interface Side {
  /** For people: which of the two it is. */
  readonly name: string;
  query<T>(row: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
  close(): Promise<void>;
}

/**
 * Rows are compared as text: the same value must be the same text on both sides, whatever their
 * defaults are (PostgreSQL documentation, Client Connection Defaults).
 */
const SETTINGS = [
  'SET default_transaction_read_only = on',
  `SET datestyle = 'ISO, YMD'`,
  `SET intervalstyle = 'postgres'`,
  `SET timezone = 'UTC'`,
  'SET extra_float_digits = 3',
  `SET bytea_output = 'hex'`,
  `SET lc_monetary = 'C'`,
].join('; ');

const CONNECT_MILLISECONDS = 10_000;

/**
 * Opens a session that can only read. `url` as libpq knows it, `postgres://user@host:port/database`;
 * a password is better given by `PGPASSWORD`.
 * @throws InvalidInputError if the URL is none; UnreachableError if nobody answers
 */
export async function openSide(name: string, url: string): Promise<Side> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    throw new InvalidInputError(
      `${name}: found "${url}"; expected postgres://user@host:5432/database.`,
    );
  }
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
  });
  // A connection that dies fails the query under way, which tells.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SETTINGS);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(`${name} cannot be asked: ${why}`, { cause: error });
  }
  return {
    name,
    async query(row, sql, values = []) {
      const { rows } = await client.query(sql, [...values]);
      return z.array(row).parse(rows);
    },
    close: async () => {
      await client.end();
    },
  };
}

/** Opens both databases for as long as something is done with them. */
export async function withSides<T>(
  urls: { readonly old: string; readonly writer: string },
  work: (sides: { readonly old: Side; readonly writer: Side }) => Promise<T>,
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
