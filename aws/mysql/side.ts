import { readFile } from 'node:fs/promises';
import mysql from 'mysql2/promise';
import * as z from 'zod';
import { UnreachableError } from '../../core/errors.ts';
import type { Address } from './url.ts';
import { addressOf } from './url.ts';

/** The two kinds of server that speak this protocol. */
export type Engine = 'MySQL' | 'MariaDB';

/** A session with one of the two databases. There is no way to change anything with it. */
export interface Side {
  /** For people: which of the two it is. */
  readonly name: string;
  readonly engine: Engine;
  readonly version: string;
  readonly database: string;
  /** How another session is opened. */
  readonly connection: mysql.ConnectionOptions;
  query<T>(row: z.ZodType<T>, sql: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** Both databases. */
export interface Sides {
  readonly old: Side;
  readonly writer: Side;
}

/**
 * Rows are compared as text, and must be the same text on both sides whatever their defaults are.
 * An empty `sql_mode` reads zero dates, and CHAR without its padding; `sql_select_limit` would cut
 * what is read; a large table takes its time.
 */
const SETTINGS = [
  'SET NAMES utf8mb4',
  `SET SESSION time_zone = '+00:00'`,
  `SET SESSION sql_mode = ''`,
  'SET SESSION sql_select_limit = DEFAULT',
  'SET SESSION sql_big_selects = 1',
  'SET SESSION wait_timeout = 28800',
  'SET SESSION net_write_timeout = 600',
  // The service goes first: nobody waits long behind a table that is being altered.
  'SET SESSION lock_wait_timeout = 5',
];

const settingsOf: Readonly<Record<Engine, readonly string[]>> = {
  MySQL: [
    'SET SESSION max_execution_time = 0',
    // Without it the next AUTO_INCREMENT is one of up to a day ago.
    'SET SESSION information_schema_stats_expiry = 0',
  ],
  MariaDB: ['SET SESSION max_statement_time = 0'],
};

/**
 * Every transaction of the session only reads, and what it reads is of one moment: MySQL Reference
 * Manual, SET TRANSACTION and START TRANSACTION. The server refuses to write within it.
 */
const SNAPSHOT = [
  'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY',
  'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
];

const CONNECT_MILLISECONDS = 10_000;
const Version = z.object({ version: z.string() });

/** A session that was opened, and the connection under it. */
interface Opened {
  readonly side: Side;
  readonly connection: mysql.Connection;
}

/**
 * Opens a session, with settings of its own after those that both kinds of sessions have.
 * @throws InvalidInputError if the URL is none; UnreachableError if nobody answers
 */
export async function openSession(
  name: string,
  url: string,
  more: (engine: Engine) => readonly string[],
): Promise<Opened> {
  const address = addressOf(name, url, process.env);
  let opened: mysql.Connection | undefined;
  try {
    const options = await optionsFor(address);
    const connection = await mysql.createConnection(options);
    opened = connection;
    // A connection that dies fails the query under way, which tells.
    connection.on('error', () => undefined);
    const query: Side['query'] = async (row, sql) => {
      const [rows] = await connection.query(sql);
      return z.array(row).parse(rows);
    };
    const [found] = await query(Version, 'SELECT VERSION() AS version');
    const version = found?.version ?? '';
    const engine = version.includes('MariaDB') ? 'MariaDB' : 'MySQL';
    for (const sql of [...SETTINGS, ...settingsOf[engine], ...more(engine)])
      await connection.query(sql);
    const { database } = address;
    const close = (): Promise<void> => connection.end();
    return {
      side: { ...{ name, engine, version, query, database, close }, connection: options },
      connection,
    };
  } catch (error) {
    opened?.destroy();
    const why = error instanceof Error ? error.message : String(error);
    throw new UnreachableError(`${name} cannot be asked: ${why}`, { cause: error });
  }
}

/**
 * Opens a session that can only read, and sees its database as it is now for as long as it is open.
 * @throws InvalidInputError if the URL is none; UnreachableError if nobody answers
 */
export async function openSide(name: string, url: string): Promise<Side> {
  return (await openSession(name, url, () => SNAPSHOT)).side;
}

async function optionsFor(address: Address): Promise<mysql.ConnectionOptions> {
  const { host, port, user, password, database } = address;
  const ssl = await sslOf(address);
  return {
    ...{ host, port, user, password, database, charset: 'utf8mb4', timezone: 'Z' },
    ...(ssl === undefined ? {} : { ssl }),
    ...{ connectTimeout: CONNECT_MILLISECONDS, jsonStrings: true, dateStrings: true },
    // The driver would make objects of points.
    typeCast: (field, next) => (field.type === 'GEOMETRY' ? field.buffer() : next()),
  };
}

async function sslOf({ sslMode, sslCa }: Address): Promise<mysql.SslOptions | undefined> {
  if (sslMode === 'DISABLED') return undefined;
  return {
    rejectUnauthorized: sslMode !== 'REQUIRED',
    verifyIdentity: sslMode === 'VERIFY_IDENTITY',
    ...(sslCa === undefined ? {} : { ca: await readFile(sslCa, 'utf8') }),
  };
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
