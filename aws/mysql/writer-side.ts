import * as z from 'zod';
import { LOCK_SECONDS } from '../reconcile/apply-units.ts';
import { RefusedError } from '../reconcile/errors.ts';
import { withoutValues } from './errors.ts';
import type { Engine, Side } from './side.ts';
import { openSession } from './side.ts';

/** A session that can change the writer. What it throws may be told and kept. */
export interface WriterSide extends Side {
  /** Runs a statement. How many rows it found to change, also where they had the new values already. */
  run(sql: string): Promise<number>;
}

/** Strict: a value that does not fit is an error. A 0 stays one, and dates are taken as they were stored. */
export const WRITING_MODE = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';

/**
 * Nothing is left to what a server or a role sets for its sessions. Nothing is committed by itself:
 * should a server roll a transaction back unasked, what follows is not kept either. What is read
 * within a transaction is what is there then, not what was there when it began.
 */
const SETTINGS = [
  `SET SESSION sql_mode = '${WRITING_MODE}'`,
  'SET SESSION foreign_key_checks = 1',
  'SET SESSION unique_checks = 1',
  'SET SESSION sql_safe_updates = 0',
  'SET SESSION sql_auto_is_null = 0',
  `SET SESSION completion_type = 'NO_CHAIN'`,
  'SET SESSION autocommit = 0',
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE',
  `SET SESSION innodb_lock_wait_timeout = ${LOCK_SECONDS}`,
  `SET SESSION lock_wait_timeout = ${LOCK_SECONDS}`,
  // Locks must not outlive whoever took them.
  'SET SESSION wait_timeout = 60',
  'SET SESSION net_write_timeout = 60',
];

/** MySQL has no limit for statements that change something. */
const settingsOf: Readonly<Record<Engine, readonly string[]>> = {
  MySQL: [],
  MariaDB: ['SET SESSION max_statement_time = 180', 'SET SESSION check_constraint_checks = 1'],
};

/**
 * Opens a session that writes.
 * @throws InvalidInputError if the URL is none; UnreachableError if nobody answers
 */
export async function openWriter(name: string, url: string): Promise<WriterSide> {
  const { side, connection } = await openSession(name, url, (engine) => [
    ...SETTINGS,
    ...settingsOf[engine],
  ]);
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw withoutValues(error);
    }
  };
  const [packet] = await side.query(
    z.object({ bytes: z.string() }),
    'SELECT CAST(@@max_allowed_packet AS CHAR) AS bytes',
  );
  return {
    ...side,
    query: (row, sql) => told(() => side.query(row, sql)),
    run: (sql) =>
      told(async () => {
        // The server would end the session, and everything after it would wait for this one.
        if (Buffer.byteLength(sql) > Number(packet?.bytes ?? 0))
          throw new RefusedError(
            `It is larger than the writer takes: max_allowed_packet is ${packet?.bytes ?? 0}.`,
          );
        const [result] = await connection.query(sql);
        return 'affectedRows' in result ? result.affectedRows : 0;
      }),
  };
}
