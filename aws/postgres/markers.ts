import { createHash } from 'node:crypto';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { Origin, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf, rowId } from '../../core/reconcile/comparison.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import { MARKER_SCHEMA } from './marker-schema.ts';
import type { Side } from './side.ts';

const TABLE = `${MARKER_SCHEMA}.applied`;

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS ${MARKER_SCHEMA};
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    mark text PRIMARY KEY,
    row_name text NOT NULL,
    unit text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL,
    note text NOT NULL DEFAULT ''
  );
  GRANT USAGE ON SCHEMA ${MARKER_SCHEMA} TO PUBLIC;
  GRANT SELECT (mark, note) ON ${TABLE} TO PUBLIC`;

/**
 * The mark of a row that was applied: this version of it, in this failover. One mark a row, because
 * a transaction may have written rows that another comparison does not see.
 */
export function markOf(row: RowReport, { systemId, writerTimeline }: Origin): string {
  const version = row.oldPrint ?? row.writerPrint ?? '';
  const words = JSON.stringify([systemId, writerTimeline, rowId(row), version]);
  return createHash('sha256').update(words).digest('hex');
}

/** Creates the table of the marks. Safe to repeat. @throws NotReadyError if the role may not */
export async function prepareMarkers(writer: Side): Promise<void> {
  if (await hasMarkers(writer)) return;
  try {
    await writer.run(CREATE);
  } catch (error) {
    // Somebody else may have been quicker.
    if (await hasMarkers(writer)) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new NotReadyError(
      `${writer.name} does not let this role create ${TABLE}, which keeps what was applied: ${why}. ` +
        'Grant it CREATE on the database, or let somebody who may create the table.',
      { cause: error },
    );
  }
}

async function hasMarkers(writer: Side): Promise<boolean> {
  const sql = `
    SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = 'applied') AS exists`;
  const [found] = await writer.query(z.object({ exists: z.boolean() }), sql, [MARKER_SCHEMA]);
  return found?.exists === true;
}

/**
 * Marks the rows of a unit as applied, in the transaction that applies them. Those that are not
 * among the answer were applied before, and must not be again. Another session that applies them is
 * waited for.
 */
export async function mark(
  writer: Side,
  { id, rows }: Unit,
  origin: Origin,
  by: string,
): Promise<readonly RowReport[]> {
  const marks = rows.map((row) => markOf(row, origin));
  const names = rows.map((row) => `${nameOf(row)} ${keyWords(row)}`);
  const fresh = await writer.query(
    z.object({ mark: z.string() }),
    `INSERT INTO ${TABLE} (mark, row_name, unit, applied_by)
     SELECT mark, name, $3, $4 FROM unnest($1::text[], $2::text[]) AS new(mark, name) ORDER BY mark
     ON CONFLICT DO NOTHING RETURNING mark`,
    [marks, names, id, by],
  );
  const isFresh = new Set(fresh.map((each) => each.mark));
  return rows.filter((_, at) => isFresh.has(marks[at] ?? ''));
}

/** Keeps what became other than it was, in the same transaction. */
export async function noteOn(
  writer: Side,
  row: RowReport,
  origin: Origin,
  note: string,
): Promise<void> {
  await writer.run(`UPDATE ${TABLE} SET note = $2 WHERE mark = $1`, [markOf(row, origin), note]);
}

const Marker = z.object({ mark: z.string(), note: z.string() });

/** The marks of rows that were applied, with their notes; none if nothing ever was. */
export async function readMarkers(writer: Side): Promise<ReadonlyMap<string, string>> {
  if (!(await hasMarkers(writer))) return new Map();
  const markers = await writer.query(Marker, `SELECT mark, note FROM ${TABLE}`);
  return new Map(markers.map((each) => [each.mark, each.note]));
}
