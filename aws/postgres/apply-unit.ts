import pg from 'pg';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Approved } from '../../core/reconcile/approved.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import { RefusedError, WaitingError } from './errors.ts';
import { mark } from './markers.ts';
import { assertNoChildren, holdParents } from './relatives.ts';
import { insertRenumbered } from './renumber.ts';
import type { Rulebook } from './references.ts';
import { statementOf } from './row-sql.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

/** What became of a unit. `waiting`: it needs a row that another unit may bring or take away. */
export interface UnitResult {
  readonly outcome: 'applied' | 'already' | 'waiting' | 'refused';
  readonly why: string;
}

const FOREIGN_KEY = '23503';
const NO_PERMISSION = '42501';
/** Classes of SQLSTATE that say something of the rows and not of the server. */
const OF_THE_ROWS = /^(22|23|44)|^428C9$/;
/** Lock not available, deadlock, serialization failure: it may go well at another time. */
const OF_THE_MOMENT = /^(55P03|40P01|40001)$/;

/** What decides how a unit is applied. */
export interface How {
  readonly rulebook: Rulebook;
  readonly renumbered: Approved['renumbered'];
  /** Who approved it. */
  readonly by: string;
}

/**
 * Applies the rows of a unit and its mark in one transaction. Safe to repeat: a unit with a mark is
 * not applied again, wherever the run before it died.
 * @throws UnreachableError if the writer is gone; then the unit was applied, or nothing of it was
 */
export async function applyUnit(
  writer: Side,
  unit: Unit,
  { rulebook, renumbered, by }: How,
): Promise<UnitResult> {
  try {
    await writer.run('BEGIN');
    if (!(await mark(writer, unit.id, unit.rows.length, by))) {
      await writer.run('ROLLBACK');
      return { outcome: 'already', why: 'It was applied before.' };
    }
    const isQuiet = await silenceTriggers(writer, unit, rulebook);
    await writer.run('SET CONSTRAINTS ALL DEFERRED');
    const notes = await writeRows(writer, unit, { rulebook, renumbered });
    if (isQuiet) await holdParents(writer, unit, rulebook);
    await writer.run('COMMIT');
    return { outcome: 'applied', why: ['The writer has it now.', ...notes].join(' ') };
  } catch (error) {
    const result = resultOf(error);
    if (result === undefined) throw lostConnection(writer, error);
    await writer.run('ROLLBACK');
    return result;
  }
}

function resultOf(error: unknown): UnitResult | undefined {
  if (error instanceof RefusedError) return { outcome: 'refused', why: error.message };
  if (error instanceof WaitingError) return { outcome: 'waiting', why: error.message };
  if (!(error instanceof pg.DatabaseError) || error.code === undefined) return undefined;
  const why = [error.message, error.detail ?? ''].join('. ').trim();
  if (error.code === FOREIGN_KEY) return { outcome: 'waiting', why };
  if (OF_THE_ROWS.test(error.code)) return { outcome: 'refused', why };
  if (OF_THE_MOMENT.test(error.code)) return { outcome: 'refused', why: `${why} Try it again.` };
  return undefined;
}

function lostConnection(writer: Side, error: unknown): Error {
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

/**
 * Triggers did their work on the old primary already, and what they wrote is among the rows: they
 * must not do it again. Whether they were silenced; foreign keys are then ours to keep.
 */
async function silenceTriggers(
  writer: Side,
  { rows }: Unit,
  { triggers, deferrable }: Rulebook,
): Promise<boolean> {
  const firing = triggers.filter(({ schema, table }) =>
    rows.some((row) => row.schema === schema && row.name === table),
  );
  if (firing.length === 0) return false;
  const names = firing.map(({ table, name }) => `${table}.${name}`).join(', ');
  const unsafe = deferrable.find(({ schema, table }) =>
    rows.some((row) => row.schema === schema && row.name === table),
  );
  if (unsafe !== undefined) {
    throw new RefusedError(
      `Triggers must not fire again (${names}), and the deferrable constraint ${unsafe.name} is not checked without them.`,
    );
  }
  try {
    await writer.run('SET LOCAL session_replication_role = replica');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== NO_PERMISSION) throw error;
    throw new RefusedError(
      `Triggers must not fire again (${names}), and this role may not set session_replication_role.`,
    );
  }
  return true;
}

type Rows = Pick<How, 'rulebook' | 'renumbered'>;

/**
 * Rows may need each other: those that fail for a foreign key are tried after the others.
 * Sentences about what became other than it was.
 */
async function writeRows(writer: Side, unit: Unit, how: Rows): Promise<string[]> {
  const notes: string[] = [];
  let left = unit.rows;
  while (left.length > 0) {
    const again: RowReport[] = [];
    let last: unknown;
    for (const row of left) {
      await writer.run('SAVEPOINT before_row');
      try {
        notes.push(...(await writeRow(writer, row, how)));
        await writer.run('RELEASE SAVEPOINT before_row');
      } catch (error) {
        if (resultOf(error)?.outcome !== 'waiting') throw error;
        await writer.run('ROLLBACK TO SAVEPOINT before_row');
        again.push(row);
        last = error;
      }
    }
    if (again.length === left.length) throw last;
    left = again;
  }
  return notes;
}

async function writeRow(
  writer: Side,
  row: RowReport,
  { rulebook, renumbered }: Rows,
): Promise<string[]> {
  const table = tableOf(row, rulebook);
  const columns = renumbered(row);
  if (columns.length > 0) return await insertRenumbered(writer, row, table, rulebook, columns);
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
