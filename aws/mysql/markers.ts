import { createHash } from 'node:crypto';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { MysqlOrigin, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf, rowId } from '../../core/reconcile/comparison.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import { textLiteral } from './columns.ts';
import { ServerError, TAKEN } from './errors.ts';
import { MARKER_DATABASE } from './marker-database.ts';
import type { Side } from './side.ts';
import type { WriterSide } from './writer-side.ts';

const TABLE = `${MARKER_DATABASE}.applied`;

/** One database for all of a server: the name of the compared one is in each mark. */
const CREATE = [
  `CREATE DATABASE IF NOT EXISTS ${MARKER_DATABASE} CHARACTER SET utf8mb4`,
  `CREATE TABLE IF NOT EXISTS ${TABLE} (
    mark char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    row_name longtext NOT NULL,
    unit text NOT NULL,
    applied_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
    applied_by text NOT NULL
  ) ENGINE = InnoDB`,
];

/**
 * The mark of a row that was applied: this version of it, between these two servers. One mark a row,
 * because a transaction may have written rows that another comparison does not see.
 */
export function markOf(row: RowReport, origin: MysqlOrigin): string {
  const { engine, oldServer, writerServer, database } = origin;
  const version = row.oldPrint ?? row.writerPrint ?? '';
  const what = row.old === null ? 'delete' : 'write';
  const whose = [engine, oldServer, writerServer, database];
  const words = JSON.stringify([...whose, rowId(row), what, version]);
  return createHash('sha256').update(words).digest('hex');
}

/** Creates the table of the marks. Safe to repeat. @throws NotReadyError if the role may not */
export async function prepareMarkers(writer: WriterSide): Promise<void> {
  if ((await storageOf(writer)) === undefined) {
    try {
      for (const sql of CREATE) await writer.run(sql);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      throw new NotReadyError(
        `${writer.name} does not let this role create ${TABLE}, which keeps what was applied: ` +
          `${error.message}. GRANT CREATE, SELECT, INSERT ON ${MARKER_DATABASE}.* TO it.`,
        { cause: error },
      );
    }
  }
  const storage = await storageOf(writer);
  if (storage === 'InnoDB') return;
  throw new NotReadyError(
    `${TABLE} of ${writer.name}: found the engine ${storage ?? 'unknown'}; expected InnoDB, whose ` +
      'transactions keep a mark and its row together.',
  );
}

async function storageOf(side: Side): Promise<string | undefined> {
  const [found] = await side.query(
    z.object({ storage: z.string().nullable() }),
    `SELECT ENGINE AS storage FROM information_schema.TABLES
     WHERE TABLE_SCHEMA = '${MARKER_DATABASE}' AND TABLE_NAME = 'applied'`,
  );
  return found === undefined ? undefined : (found.storage ?? 'unknown');
}

/** Another run marked a row of the unit at the same time. */
export class MarkedError extends Error {
  override readonly name = 'MarkedError';
}

const Marker = z.object({ mark: z.string() });

/**
 * Marks the rows of a unit as applied, in the transaction that applies them. Those that are not
 * among the answer were applied before, and must not be again. Another session that applies them is
 * waited for. @throws MarkedError if that was quicker: then it is there, and is found the next time
 */
export async function mark(
  writer: WriterSide,
  { id, rows }: Unit,
  origin: MysqlOrigin,
  by: string,
): Promise<readonly RowReport[]> {
  const marks = rows.map((row) => markOf(row, origin));
  const listed = marks.map(textLiteral).join(', ');
  const sql = `SELECT mark FROM ${TABLE} WHERE mark IN (${listed})`;
  const known = new Set((await writer.query(Marker, sql)).map((each) => each.mark));
  const fresh = rows.filter((_, at) => !known.has(marks[at] ?? ''));
  // In one order, so that two runs do not wait for each other.
  const inOrder = fresh.toSorted((a, b) => (markOf(a, origin) < markOf(b, origin) ? -1 : 1));
  try {
    for (const row of inOrder) {
      const name = `${nameOf(row)} ${keyWords(row)}`;
      const values = [markOf(row, origin), name, id, by].map(textLiteral).join(', ');
      await writer.run(
        `INSERT INTO ${TABLE} (mark, row_name, unit, applied_by) VALUES (${values})`,
      );
    }
  } catch (error) {
    if (!(error instanceof ServerError) || !TAKEN.includes(error.number)) throw error;
    throw new MarkedError('Another run applies it at this moment.', { cause: error });
  }
  return fresh;
}

/** The marks of rows that were applied; none if nothing ever was. */
export async function readMarkers(side: Side): Promise<ReadonlySet<string>> {
  if ((await storageOf(side)) === undefined) return new Set();
  const markers = await side.query(Marker, `SELECT mark FROM ${TABLE}`);
  return new Set(markers.map((each) => each.mark));
}

/** The same, for a role that may not see them: undefined then, also if there are none. */
export async function marksSeen(side: Side): Promise<ReadonlySet<string> | undefined> {
  try {
    const markers = await side.query(Marker, `SELECT mark FROM ${TABLE}`);
    return new Set(markers.map((each) => each.mark));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ER_NO_SUCH_TABLE' || code === 'ER_BAD_DB_ERROR') return new Set();
    if (code === 'ER_TABLEACCESS_DENIED_ERROR' || code === 'ER_DBACCESS_DENIED_ERROR')
      return undefined;
    throw error;
  }
}
