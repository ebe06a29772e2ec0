import * as z from 'zod';
import type { UnitResult } from '../reconcile/apply-units.ts';
import { LateError, RefusedError, WaitingError } from '../reconcile/errors.ts';

/**
 * What the server said, in words that quote no values: MySQL and MariaDB quote them in most messages
 * ("Duplicate entry 'x' for key"). Their own words are in `detail`, for an operator's own terminal.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError';
  readonly number: number;
  readonly detail: string;

  constructor(message: string, number: number, detail: string, options: ErrorOptions) {
    super(message, options);
    this.number = number;
    this.detail = detail;
  }
}

/** A value is taken: in a unique index, also by way of a foreign key. */
export const TAKEN: readonly number[] = [1062, 1586, 1761, 1762];
const PARENT_MISSING = [1216, 1452];
const CHILD_EXISTS = [1217, 1451];
/** A lock was waited for in vain; by default that takes back the statement, not the transaction. */
const LOCKED = 1205;
/** Deadlock, a row or a table that changed under it, a statement that took too long. */
const OF_THE_MOMENT = [LOCKED, 1213, 1020, 1412, 1969, 3024];
const DENIED = [1044, 1142, 1143, 1227, 1370];
/** Shutdown, resources, disk, read only, ended by somebody, the binary log: not the doing of these rows. */
const OF_THE_SERVER = [
  ...[1021, 1026, 1030, 1037, 1038, 1041, 1053, 1114, 1180, 1181, 1206, 1290, 1317, 1598, 1665],
  ...[1792, 1836, 1927, 1158, 1159, 1160, 1161, 3032, 4031],
];

const words: readonly (readonly [numbers: readonly number[], words: string])[] = [
  [TAKEN, 'Another row of the writer has its value'],
  [PARENT_MISSING, 'The writer lacks a row that it refers to'],
  [CHILD_EXISTS, 'Rows of the writer refer to it'],
  [[LOCKED], 'Somebody else held a lock'],
  [[1213], 'It and somebody else waited for each other'],
  [[1020, 1412], 'Somebody else changed it meanwhile'],
  [[1969, 3024], 'A statement took too long'],
  [DENIED, 'The role may not do it'],
];

/** Where a message names a thing, at a place where no value can stand. */
const NAMES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['key', /^Duplicate entry .* for key '([^']+)'$/s],
  ['constraint', /foreign key constraint fails \(.*?CONSTRAINT `([^`]+)` FOREIGN KEY/s],
  ['constraint', /^CONSTRAINT `([^`]+)` failed for /],
  ['constraint', /^Check constraint '([^']+)' is violated/],
  ['column', /^Column '([^']+)' cannot be null$/],
  [
    'column',
    /^(?:Data too long|Out of range value|Data truncated) for column '([^']+)' at row \d+$/,
  ],
  ['column', /^Incorrect .* for column `?[^`]*`?\.?`?[^`]*`?\.?[`']([^`']+)[`'] at row \d+$/s],
];

const Said = z.object({ errno: z.number(), code: z.string(), sqlMessage: z.string() });

/** The same error with words that may be told and kept; what is no server's stays what it is. */
export function withoutValues(error: unknown): unknown {
  const { data } = Said.safeParse(error);
  if (data === undefined) return error;
  const { errno, code, sqlMessage } = data;
  const said = words.find(([numbers]) => numbers.includes(errno))?.[1];
  const names = NAMES.flatMap(([what, pattern]) => {
    const name = pattern.exec(sqlMessage)?.[1];
    return name === undefined ? [] : [`${what} ${name}`];
  });
  const told = `${said ?? 'The writer refused it'} (${[`${errno}`, code, ...names].join(', ')})`;
  return new ServerError(told, errno, sqlMessage, { cause: error });
}

/** Whether a server says that a role may not do something. */
export const isDenied = (error: unknown): error is ServerError =>
  error instanceof ServerError && DENIED.includes(error.number);

/** What an error makes of a unit; undefined if it is not the doing of its rows. */
export function resultOf(error: unknown): UnitResult | undefined {
  if (error instanceof RefusedError) return { outcome: 'refused', why: error.message };
  if (error instanceof LateError) return { outcome: 'late', why: error.message };
  if (error instanceof WaitingError) return { outcome: 'waiting', why: error.message };
  if (!(error instanceof ServerError)) return undefined;
  const { number, detail } = error;
  const why = `${error.message}.`;
  if ([TAKEN, PARENT_MISSING, CHILD_EXISTS].some((each) => each.includes(number)))
    return { outcome: 'waiting', why, detail };
  if (OF_THE_MOMENT.includes(number))
    return { outcome: 'refused', why: `${why} Try it again.`, isLocked: number === LOCKED };
  if (OF_THE_SERVER.includes(number) || DENIED.includes(number)) return undefined;
  return { outcome: 'refused', why, detail };
}
