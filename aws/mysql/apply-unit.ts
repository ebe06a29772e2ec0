import * as z from 'zod';
import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import type { MysqlOrigin, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import type { UnitResult } from '../reconcile/apply-units.ts';
import { RefusedError } from '../reconcile/errors.ts';
import { writeRows } from '../reconcile/write-rows.ts';
import { isKnown } from './columns.ts';
import { isDenied, resultOf } from './errors.ts';
import { mark, MarkedError } from './markers.ts';
import { createReader } from './reader.ts';
import { assertNoChildren, assertNoTrigger } from './relatives.ts';
import { readableSql } from './row-sql.ts';
import type { Rulebook } from './rulebook.ts';
import { writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';
import type { WriterSide } from './writer-side.ts';

/** What decides how a unit is applied. */
export interface How {
  readonly origin: MysqlOrigin;
  readonly rulebook: Rulebook;
  /** Who approved it. */
  readonly by: string;
  /** Whether there is no time left to end a transaction. */
  readonly isLate: () => boolean;
}

const MOST_TRIES = 3;

/**
 * Applies the rows of a unit and their marks in one transaction. Safe to repeat: a row with a mark
 * is not applied again, wherever the run before it died.
 * @throws UnreachableError if the writer is gone; then the unit was applied, or nothing of it was
 */
export async function applyUnit(
  writer: WriterSide,
  unit: Unit,
  how: How,
  tries = 1,
): Promise<UnitResult> {
  try {
    await writer.run('START TRANSACTION');
    const rows = await mark(writer, unit, how.origin, how.by);
    if (rows.length === 0) {
      await writer.run('ROLLBACK');
      return { outcome: 'already', why: 'It was applied before.' };
    }
    await writeRows(rows, {
      run: (sql) => writer.run(sql),
      write: (row) => writeRow(writer, row, how.rulebook),
      mayPassLater: (error) => resultOf(error)?.outcome === 'waiting',
      isLate: how.isLate,
    });
    for (const row of rows) await assertWritten(writer, row, how.rulebook);
    await writer.run('COMMIT');
    return { outcome: 'applied', why: 'The writer has it now.' };
  } catch (error) {
    const result =
      error instanceof MarkedError
        ? ({ outcome: 'refused', why: `${error.message} Try it again.` } as const)
        : resultOf(error);
    if (result === undefined) throw lostConnection(writer, error);
    await rollBack(writer);
    if (!(error instanceof MarkedError) || tries >= MOST_TRIES) return result;
    return await applyUnit(writer, unit, how, tries + 1);
  }
}

async function rollBack(writer: WriterSide): Promise<void> {
  try {
    await writer.run('ROLLBACK');
  } catch (error) {
    throw lostConnection(writer, error);
  }
}

function lostConnection(writer: WriterSide, error: unknown): Error {
  // A fault of ours is not the writer's silence.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof z.ZodError)
    return error;
  const why = error instanceof Error ? error.message : String(error);
  if (isDenied(error)) {
    return new NotReadyError(`${writer.name} does not let this role apply rows: ${why}.`, {
      cause: error,
    });
  }
  return new UnreachableError(
    `${writer.name} stopped answering: ${why}. Run the same command again: what was applied is marked.`,
    { cause: error },
  );
}

async function writeRow(writer: WriterSide, row: RowReport, rulebook: Rulebook): Promise<[]> {
  const table = tableOf(row, rulebook);
  assertNoTrigger(row, rulebook);
  await assertNoChildren(writer, table, row, rulebook);
  if ((await writer.run(statementOf(table, row))) === 1) return [];
  throw new RefusedError(
    `The writer changed ${nameOf(row)} ${keyWords(row)} since the comparison. Compare again.`,
  );
}

const otherColumns = (row: RowReport): RefusedError =>
  new RefusedError(`${nameOf(row)} has other columns than when it was compared. Compare again.`);

function statementOf(table: Table, row: RowReport): string {
  try {
    return readableSql(table, row);
  } catch {
    // A value that is none of its column's type.
    throw otherColumns(row);
  }
}

const areAlike = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function tableOf(row: RowReport, { tables }: Rulebook): Table {
  const table = tables.find(({ name }) => name === row.name);
  const version = row.old ?? row.writer ?? {};
  const columns = table === undefined ? [] : writtenColumns(table);
  const isSame = areAlike(
    columns.map(({ name }) => name).toSorted(),
    Object.keys(version).toSorted(),
  );
  if (table === undefined || !isSame || !columns.every(isKnown)) throw otherColumns(row);
  if (!areAlike(table.key, Object.keys(row.key))) throw otherColumns(row);
  if (table.kind === 'BASE TABLE' && table.storage === 'InnoDB') return table;
  throw new RefusedError(
    `${nameOf(row)}: found ${table.kind} of ${table.storage ?? 'no engine'}; expected InnoDB.`,
  );
}

/** What is there now must be the old primary's version to the bit, whatever the writer made of it. */
async function assertWritten(
  writer: WriterSide,
  row: RowReport,
  rulebook: Rulebook,
): Promise<void> {
  const [version] = await createReader(writer, tableOf(row, rulebook)).versionsOf([
    Object.values(row.key),
  ]);
  if ((version?.hash ?? null) === row.oldPrint) return;
  throw new RefusedError(
    `The writer made another version of ${nameOf(row)} ${keyWords(row)}: has its table changed?`,
  );
}
