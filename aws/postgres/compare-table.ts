import type { Counts, Origin, RowReport } from '../../core/reconcile/comparison.ts';
import { noCounts } from '../../core/reconcile/comparison.ts';
import type { RowClass } from '../../core/reconcile/row-class.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import { isLost, rowRules } from '../../core/reconcile/row-class.ts';
import { decide } from '../../core/rules.ts';
import type { Capture, Seen } from './capture.ts';
import { mayHaveDeleted } from './deletes.ts';
import type { Difference, Sides } from './differences.ts';
import { differencesIn } from './differences.ts';
import { markOf } from './markers.ts';
import type { Origins, Told } from './origins.ts';
import type { Table } from './tables.ts';
import type { Version } from './versions.ts';
import { printWords, versionsOf } from './versions.ts';

/** Differences whose values are asked for together. */
const BATCH = 500;

/** What tells one version of a row from another. */
export interface Known {
  readonly origin: Origin;
  readonly origins: Origins;
  /** What was applied before. */
  readonly markers: ReadonlyMap<string, string>;
  /** What the old primary's slot kept, if it has one. */
  readonly capture: Capture | undefined;
}

/** The rows of a table that need somebody, and how many there are of each class. */
export async function compareTable(sides: Sides, table: Table, known: Known) {
  const counts: Counts = { ...noCounts };
  const rows: RowReport[] = [];
  const count = (outcome: RowClass): boolean => {
    if (outcome !== 'present') counts[outcome] += 1;
    return false;
  };
  const look = async (batch: readonly Difference[]): Promise<void> => {
    await known.origins.learn(batch);
    const lost = batch.filter((each) => {
      const { outcome } = classify(
        each,
        known.origins.of(each),
        known.capture?.of(table, each.key),
      );
      return isLost(outcome) || count(outcome);
    });
    const versions = await bothVersions(sides, table, lost);
    await known.origins.learn(versions);
    for (const version of versions) {
      const row = rowOf(table, version, known);
      if (typeof row === 'string') count(row);
      else rows.push(row);
    }
  };
  let batch: Difference[] = [];
  for await (const difference of differencesIn(sides, table)) {
    batch.push(difference);
    if (batch.length < BATCH) continue;
    await look(batch);
    batch = [];
  }
  await look(batch);
  const mayHave = await mayHaveDeleted(sides, table);
  const seenOf = (row: RowReport): Seen | undefined =>
    known.capture?.of(table, Object.values(row.key));
  const told = mayHave ? rows.map((row) => doubted(row, seenOf(row))) : rows;
  for (const row of told) count(row.class);
  return { counts, rows: told, writers: told.map((row) => [row, writersOf(seenOf(row))] as const) };
}

const writersOf = (seen: Seen | undefined): readonly Transaction[] => seen?.transactions ?? [];

/** A row that the writer lacks, once it is known that the writer may have deleted it. */
function doubted(row: RowReport, seen: Seen | undefined): RowReport {
  if (row.class !== 'lostInsert') return row;
  const facts = { old: 'own', writer: 'absent', areEqual: false, writerDeletes: true } as const;
  const { outcome, why } = decide(rowRules, { ...facts, firstOp: seen?.firstOp ?? 'unknown' });
  return isLost(outcome) ? { ...row, class: outcome, why } : row;
}

/** Until the table is compared it is not known whether the writer deleted any of its rows. */
const classify = (
  { old, writer }: Pick<Difference, 'old' | 'writer'>,
  origins: Pick<Told, 'old' | 'writer'>,
  seen: Seen | undefined,
) =>
  decide(rowRules, {
    // What the slot saw was written after the fork, even if the times of that are forgotten.
    old: seen !== undefined && old !== undefined ? 'own' : origins.old,
    ...{ writer: origins.writer, writerDeletes: false, firstOp: seen?.firstOp ?? 'unknown' },
    areEqual: old?.hash === writer?.hash,
  });

/** A difference with the values of both sides. */
interface Versions extends Difference {
  readonly old: Version | undefined;
  readonly writer: Version | undefined;
}

/** The writer goes on: what it has now counts, not what it had when the ranges were compared. */
async function bothVersions(
  sides: Sides,
  table: Table,
  differences: readonly Difference[],
): Promise<Versions[]> {
  if (differences.length === 0) return [];
  const keys = differences.map(({ key }) => key);
  const [old, writer] = await Promise.all([
    versionsOf(sides.old, table, keys),
    versionsOf(sides.writer, table, keys),
  ]);
  // The same key may be written in two ways: then it is among the differences twice.
  const seen = new Set<string>();
  return keys.flatMap((key, at): Versions[] => {
    const versions = { old: old[at], writer: writer[at] };
    const id = JSON.stringify([versions.old?.key, versions.writer?.key]);
    if (seen.has(id)) return [];
    seen.add(id);
    return [{ key: versions.old?.key ?? key, ...versions }];
  });
}

/** A row that needs somebody, or what it is if it needs nobody. */
function rowOf(
  table: Table,
  { key, old, writer }: Versions,
  known: Known,
): RowReport | 'present' | 'changedHere' {
  const told = known.origins.of({ key, old, writer });
  const seen = known.capture?.of(table, key);
  const { outcome, why } = classify({ old, writer }, told, seen);
  if (!isLost(outcome)) return outcome;
  const { schema, name, key: names } = table;
  const row: RowReport = {
    ...{ schema, name, class: outcome, why },
    transaction: writersOf(seen).at(-1) ?? told.transaction,
    key: Object.fromEntries(names.map((column, at) => [column, key[at] ?? ''])),
    old: old?.values ?? null,
    writer: writer?.values ?? null,
    base: seen?.base ?? null,
    oldPrint: old === undefined ? null : printWords(old),
    writerPrint: writer === undefined ? null : printWords(writer),
    ...{ unit: '', obstacles: [] },
  };
  // It was applied once; that the sides differ again is the writer's own doing.
  return known.markers.has(markOf(row, known.origin)) ? 'changedHere' : row;
}
