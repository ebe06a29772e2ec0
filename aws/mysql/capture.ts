import type { Apart } from '../../core/reconcile/gtid.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import type { Values } from '../../core/reconcile/comparison.ts';
import { DecodeError } from '../reconcile/errors.ts';
import type { Seen } from '../reconcile/origins.ts';
import type { CommonTables } from '../reconcile/pair-tables.ts';
import { createLedger } from '../reconcile/seen.ts';
import type { Watched } from '../reconcile/seen.ts';
import type { Key } from '../reconcile/table-reader.ts';
import { cascadedTables } from './cascades.ts';
import { isLoose, literalOf } from './columns.ts';
import { sequencesOf } from './counters.ts';
import { readLog } from './log.ts';
import type { Image, Step } from './log-follower.ts';
import { createReader } from './reader.ts';
import { areSame, textFromLog } from './row-images.ts';
import type { Sides } from './side.ts';
import { keyColumns, writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';

/** What lost transactions did, row by row. */
export interface Capture {
  of(table: Table, key: Key): Seen | undefined;
  /** Whether the log tells every row of the table that the old primary changed. */
  isWhole(table: Table): boolean;
  /** Tables of which nothing of the log is used: what it says is not what is there. */
  readonly blind: readonly string[];
  /** Tables with rows that were changed by way of a foreign key, of which the log says nothing. */
  readonly cascaded: readonly string[];
  /** How many changes of rows there are of tables that are not compared. */
  readonly uncovered: ReadonlyMap<string, number>;
  /** The tables that are not compared, and that a transaction wrote to. */
  besides(transactions: readonly Transaction[]): readonly string[];
}

/** What is there after the last change of a row; undefined if that is none. */
type Final = { readonly key: Key; readonly after: Values | undefined };
type Finals = Map<string, Final>;

/** @throws DecodeError if the log cannot be read, or does not tell every change */
export async function readCapture(
  sides: Sides,
  { tables, others }: Pick<CommonTables<Table>, 'tables' | 'others'>,
  apart: Apart,
): Promise<Capture> {
  const ledger = createLedger(tables);
  const sequences = await sequencesOf(sides.old);
  const byName = new Map(tables.map((table) => [table.name, table]));
  const finals = new Map<Table, Finals>();
  for (const table of tables) finals.set(table, new Map());
  const changed = new Set<string>();
  const uncovered = new Map<string, number>();
  const besides = new Map<string, Set<string>>();
  await readLog(sides.old, apart, (step) => {
    if (step.op !== 'insert') changed.add(step.table);
    const table = byName.get(step.table);
    if (table === undefined) {
      // Sequences are in the log like tables; their numbers are compared.
      if (sequences.includes(step.table)) return;
      if (!others.some(({ name }) => name === step.table))
        throw new DecodeError(`it has rows of ${step.table}, which the catalog does not show`);
      uncovered.set(step.table, (uncovered.get(step.table) ?? 0) + 1);
      const { xid } = step.transaction;
      besides.set(xid, (besides.get(xid) ?? new Set<string>()).add(step.table));
      return;
    }
    const [before, after] = [valuesOf(table, step.before), valuesOf(table, step.after)];
    const relation = { ...table, columns: table.key.map((name) => ({ name, isKey: true })) };
    const whole = before === undefined ? null : { isFull: true, values: before };
    ledger.note(
      { kind: 'change', op: step.op, relation, before: whole, after: after ?? null },
      step.transaction,
    );
    keep(table, finals.get(table), before, after);
  });
  const cascaded = await cascadedTables(sides.old, changed);
  const seen = new Map<string, Seen>();
  const blind = new Set<string>();
  for (const watched of ledger.watched) {
    const own = finals.get(watched.table) ?? new Map<string, Final>();
    if (await isTrue(sides, watched.table, own, cascaded.has(watched.table.name)))
      await addSeen(sides, watched, seen);
    else blind.add(watched.table.name);
  }
  return {
    of: (table, key) => seen.get(idOf(table, key)),
    uncovered,
    besides: (transactions) => [
      ...new Set(transactions.flatMap(({ xid }) => [...(besides.get(xid) ?? [])])),
    ],
    isWhole: ({ name }) => !blind.has(name) && !cascaded.has(name),
    ...{
      blind: [...blind],
      cascaded: tables.flatMap(({ name }) => (cascaded.has(name) ? name : [])),
    },
  };
}

const idOf = ({ name }: Table, key: Key): string => JSON.stringify([name, key]);

/** A row of the log without what is not certain: of a row that lacks something nothing is concluded. */
function valuesOf(table: Table, image: Image | undefined): Values | undefined {
  if (image === undefined) return undefined;
  const values: Values = {};
  for (const column of table.columns) {
    const text = textFromLog(column, image[column.name]);
    if (text !== undefined) values[column.name] = text;
  }
  return values;
}

function keep(
  table: Table,
  finals: Finals | undefined,
  before: (Step['before'] & Values) | undefined,
  after: Values | undefined,
): void {
  for (const values of [before, after]) {
    if (values === undefined) continue;
    const key = table.key.map((name) => values[name] ?? '');
    finals?.set(JSON.stringify(key), { key, after: values === after ? after : undefined });
  }
}

/** Keys that are asked for together. */
const BATCH = 500;

/**
 * Whether what the log says last of each row is what the old primary has: every key, and every value.
 * A type that is read wrongly, or a change that the log lacks, shows here.
 */
async function isTrue(
  { old }: Sides,
  table: Table,
  finals: Finals,
  isCascaded: boolean,
): Promise<boolean> {
  const rows = [...finals.values()];
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const keys = batch.map(({ key }) => key);
    if (!keys.every((key) => isReadable(table, key))) return false;
    const versions = await createReader(old, table).versionsOf(keys);
    const isWrong = batch.some(({ key, after }, at) => {
      const version = versions[at];
      if (version === undefined || after === undefined)
        return !isCascaded && (version === undefined) !== (after === undefined);
      if (JSON.stringify(version.key) !== JSON.stringify(key)) return true;
      return !isCascaded && differ(table, after, version.values);
    });
    if (isWrong) return false;
  }
  return true;
}

const differ = (table: Table, after: Values, values: Values): boolean =>
  writtenColumns(table).some((column) => {
    const text = after[column.name];
    return text !== undefined && areSame(column, text, values[column.name] ?? null) === false;
  });

function isReadable(table: Table, key: Key): boolean {
  try {
    keyColumns(table).forEach((column, at) => literalOf(column, key[at] ?? ''));
    return true;
  } catch {
    return false;
  }
}

/** Adds the rows of a table; where the writer writes a key otherwise, under its key, too. */
async function addSeen(
  { writer }: Sides,
  { table, drafts }: Watched<Table>,
  seen: Map<string, Seen>,
): Promise<void> {
  const all = [...drafts.values()];
  for (const draft of all) seen.set(idOf(table, draft.key), draft);
  if (!keyColumns(table).some(isLoose)) return;
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    const versions = await createReader(writer, table).versionsOf(batch.map(({ key }) => key));
    batch.forEach((draft, at) => {
      const key = versions[at]?.key;
      if (key !== undefined && !seen.has(idOf(table, key))) seen.set(idOf(table, key), draft);
    });
  }
}
