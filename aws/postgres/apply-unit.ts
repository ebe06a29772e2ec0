import pg from 'pg';
import * as z from 'zod';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import type { Origin, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Approved } from '../../core/reconcile/approved.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import type { UnitResult } from '../reconcile/apply-units.ts';
import { LateError, RefusedError, WaitingError } from '../reconcile/errors.ts';
import { refuseIfLate, writeRows } from '../reconcile/write-rows.ts';
import { NO_PERMISSION } from './errors.ts';
import { mark, markOf, noteOn, readMarkers } from './markers.ts';
import { assertNoChildren, holdParents } from './relatives.ts';
import { insertRenumbered } from './renumber.ts';
import type { Rulebook } from './references.ts';
import { statementOf } from './row-sql.ts';
import type { Side } from './side.ts';
import { silenceTriggers } from './silence.ts';
import type { Table } from './tables.ts';

/** SQLSTATE lock_not_available. */
const LOCKED = '55P03';

/** SQLSTATE: another unit may bring what is missing, or free what is taken. */
const MAY_PASS_LATER = new Set(['23503', '23505', '23P01']);
/** Lock not available, deadlock, serialization failure: it may go well at another time. */
const OF_THE_MOMENT = /^(55P03|40P01|40001)$/;
/** Connection, operator's doing, read-only, resources, system: not the doing of these rows. */
const OF_THE_SERVER = /^(08|57P|25|53|58|XX)/;

/** What decides how a unit is applied. */
export interface How {
  readonly origin: Origin;
  readonly rulebook: Rulebook;
  readonly renumbered: Approved['renumbered'];
  /** Who approved it. */
  readonly by: string;
  /** Whether there is no time left to end a transaction. */
  readonly isLate: () => boolean;
}

/**
 * Applies the rows of a unit and their marks in one transaction. Safe to repeat: a row with a mark
 * is not applied again, wherever the run before it died.
 * @throws UnreachableError if the writer is gone; then the unit was applied, or nothing of it was
 */
export async function applyUnit(writer: Side, unit: Unit, how: How): Promise<UnitResult> {
  try {
    await writer.run('BEGIN');
    const rows = await mark(writer, unit, how.origin, how.by);
    if (rows.length === 0) {
      await writer.run('ROLLBACK');
      return { outcome: 'already', why: await notesOf(writer, unit, how.origin) };
    }
    const isQuiet = await silenceTriggers(writer, rows, how.rulebook);
    await writer.run('SET CONSTRAINTS ALL DEFERRED');
    const notes = await writeRows(rows, {
      run: (sql) => writer.run(sql),
      write: (row) => writeRow(writer, row, how),
      mayPassLater: (error) => resultOf(error)?.outcome === 'waiting',
      isLate: how.isLate,
    });
    refuseIfLate(how.isLate);
    if (isQuiet) await holdParents(writer, rows, how.rulebook);
    refuseIfLate(how.isLate);
    await writer.run('COMMIT');
    return { outcome: 'applied', why: ['The writer has it now.', ...notes].join(' ') };
  } catch (error) {
    const result = resultOf(error);
    if (result === undefined) throw lostConnection(writer, error);
    await rollBack(writer);
    return result;
  }
}

async function rollBack(writer: Side): Promise<void> {
  try {
    await writer.run('ROLLBACK');
  } catch (error) {
    throw lostConnection(writer, error);
  }
}

async function notesOf(writer: Side, { rows }: Unit, origin: Origin): Promise<string> {
  const markers = await readMarkers(writer);
  const notes = rows.flatMap((row) => markers.get(markOf(row, origin)) ?? []).filter(Boolean);
  return ['It was applied before.', ...notes].join(' ');
}

function resultOf(error: unknown): UnitResult | undefined {
  if (error instanceof RefusedError) return { outcome: 'refused', why: error.message };
  if (error instanceof LateError) return { outcome: 'late', why: error.message };
  if (error instanceof WaitingError) return { outcome: 'waiting', why: error.message };
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return undefined;
  const { code, message: why, detail } = error;
  if (MAY_PASS_LATER.has(code)) return { outcome: 'waiting', why, detail };
  if (OF_THE_MOMENT.test(code))
    return { outcome: 'refused', why: `${why}. Try it again.`, isLocked: code === LOCKED };
  if (OF_THE_SERVER.test(code) || code === NO_PERMISSION) return undefined;
  return { outcome: 'refused', why, detail };
}

function lostConnection(writer: Side, error: unknown): Error {
  // A fault of ours is not the writer's silence.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof z.ZodError)
    return error;
  const why = error instanceof Error ? error.message : String(error);
  if (error instanceof pg.DatabaseError && error.code === NO_PERMISSION) {
    return new NotReadyError(`${writer.name} does not let this role apply rows: ${why}.`, {
      cause: error,
    });
  }
  return new UnreachableError(
    `${writer.name} stopped answering: ${why}. Run the same command again: what was applied is marked.`,
    { cause: error },
  );
}

async function writeRow(
  writer: Side,
  row: RowReport,
  { rulebook, renumbered, origin }: How,
): Promise<string[]> {
  const table = tableOf(row, rulebook);
  const columns = renumbered(row);
  if (columns.length > 0) {
    const notes = await insertRenumbered(writer, row, table, rulebook, columns);
    await noteOn(writer, row, origin, notes.join(' '));
    return notes;
  }
  await assertNoChildren(writer, table, row, rulebook);
  const { sql, values } = statementOf(table, row);
  if ((await writer.run(sql, values)) === 1) return [];
  throw new RefusedError(
    `The writer changed ${nameOf(row)} ${keyWords(row)} since the comparison. Compare again.`,
  );
}

function tableOf(row: RowReport, { tables }: Rulebook): Table {
  const table = tables.find(({ schema, name }) => schema === row.schema && name === row.name);
  const version = row.old ?? row.writer ?? {};
  const columns = table?.columns.flatMap(({ name, isGenerated }) => (isGenerated ? [] : name));
  const isSame = columns?.toSorted().join() === Object.keys(version).toSorted().join();
  if (table !== undefined && isSame) return table;
  throw new RefusedError(
    `${nameOf(row)} has other columns than when it was compared. Compare again.`,
  );
}
