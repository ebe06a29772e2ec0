import type { Counts, RowReport } from '../../core/reconcile/comparison.ts';
import { nameOf, noCounts } from '../../core/reconcile/comparison.ts';
import type { RowClass } from '../../core/reconcile/row-class.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import { isLost, rowRules } from '../../core/reconcile/row-class.ts';
import { decide } from '../../core/rules.ts';
import type { Difference, ReaderLanes } from './differences.ts';
import { differencesIn } from './differences.ts';
import type { Origins, Seen, Told } from './origins.ts';
import type { Key, Readers, RowPrint, Version } from './table-reader.ts';

/** Differences whose values are asked for together. */
const BATCH = 500;

/** A table that both sides have, and what is known about who wrote its rows. */
export interface TableCase<P extends RowPrint = RowPrint> {
  readonly table: {
    readonly schema: string;
    readonly name: string;
    /** Columns of its key, in their order. */
    readonly key: readonly string[];
  };
  readonly readers: Readers<P>;
  /** Readers that may work at once; `readers` is the first. */
  readonly lanes?: ReaderLanes<P>;
  /** Whether one key may be two texts: then what one side lacks may be there, written otherwise. */
  readonly isLoose: boolean;
  readonly origins: Origins<P>;
  /** What the old primary's own log kept of a row, if it has one. */
  readonly seenOf: (key: Key) => Seen | undefined;
  /** Whether the writer may have deleted rows since the fork. Asked after the table was compared. */
  readonly mayHaveDeleted: () => Promise<boolean>;
  /** What tells a version from every other of its row. */
  readonly printWords: (print: P) => string;
  /** Whether this version was applied before. */
  readonly wasApplied: (row: RowReport) => boolean;
}

/** The rows of a table that need somebody, and how many there are of each class. */
export async function compareTable<P extends RowPrint>(one: TableCase<P>) {
  const { origins } = one;
  const counts: Counts = { ...noCounts };
  const rows: RowReport[] = [];
  const twins = new Set<string>();
  const count = (outcome: RowClass): boolean => {
    if (outcome !== 'present') counts[outcome] += 1;
    return false;
  };
  const look = async (batch: readonly Difference<P>[]): Promise<void> => {
    await origins.learn(batch);
    const lost = batch.filter((each) => {
      const { outcome } = classify(each, origins.of(each), one.seenOf(each.key));
      const mayBeElsewhere = each.old === undefined || each.writer === undefined;
      return isLost(outcome) || (one.isLoose && mayBeElsewhere) || count(outcome);
    });
    const versions = await bothVersions(one.readers, lost, twins);
    await origins.learn(versions);
    for (const version of versions) {
      const row = rowOf(one, version);
      if (typeof row === 'string') count(row);
      else rows.push(row);
    }
  };
  let batch: Difference<P>[] = [];
  const { readers, lanes = () => Promise.resolve([readers]) } = one;
  for await (const difference of differencesIn(lanes, nameOf(one.table))) {
    batch.push(difference);
    if (batch.length < BATCH) continue;
    await look(batch);
    batch = [];
  }
  await look(batch);
  const mayHave = await one.mayHaveDeleted();
  const seenOf = (row: RowReport): Seen | undefined => one.seenOf(Object.values(row.key));
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
interface Versions<P extends RowPrint> extends Difference<P> {
  readonly old: Version<P> | undefined;
  readonly writer: Version<P> | undefined;
}

/** The writer goes on: what it has now counts, not what it had when the ranges were compared. */
async function bothVersions<P extends RowPrint>(
  readers: Readers<P>,
  differences: readonly Difference<P>[],
  twins: Set<string>,
): Promise<Versions<P>[]> {
  if (differences.length === 0) return [];
  const keys = differences.map(({ key }) => key);
  const [old, writer] = await Promise.all([
    readers.old.versionsOf(keys),
    readers.writer.versionsOf(keys),
  ]);
  // The same key may be written in two ways: then it is among the differences twice.
  return keys.flatMap((key, at): Versions<P>[] => {
    const versions = { old: old[at], writer: writer[at] };
    const [there, here] = [versions.old?.key, versions.writer?.key].map((own) =>
      JSON.stringify(own),
    );
    const id = JSON.stringify([there, here]);
    if (twins.has(id)) return [];
    if (versions.old !== undefined && versions.writer !== undefined && there !== here)
      twins.add(id);
    return [{ key: versions.old?.key ?? key, ...versions }];
  });
}

/** A row that needs somebody, or what it is if it needs nobody. */
function rowOf<P extends RowPrint>(
  { table, origins, seenOf, printWords, wasApplied }: TableCase<P>,
  { key, old, writer }: Versions<P>,
): RowReport | 'present' | 'changedHere' {
  const told = origins.of({ key, old, writer });
  const seen = seenOf(key);
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
  return wasApplied(row) ? 'changedHere' : row;
}
