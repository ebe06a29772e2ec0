import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Key, Print, Range, RowPrint } from './ranges.ts';
import { bucketsOf, cut, printOf, rowsIn } from './ranges.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

/** A key whose rows are not the same on both sides. */
export interface Difference {
  readonly key: Key;
  readonly old: RowPrint | undefined;
  readonly writer: RowPrint | undefined;
}

/** Both databases. */
export interface Sides {
  readonly old: Side;
  readonly writer: Side;
}

/** Rows of a range; a table of five million rows has five hundred. */
const RANGE_ROWS = 10_000;
/** The writer may have put many more rows into a range since: such a range is cut again. */
const MOST_ROWS = 3 * RANGE_ROWS;

/**
 * The keys whose rows differ, found by prints of ranges, and where those differ by prints of buckets
 * within: little more than the differences goes over the wire. The old primary stands still; where the
 * writer goes on, a row that changes meanwhile may be found or not, as if it had changed later.
 */
export async function* differencesIn(sides: Sides, table: Table): AsyncGenerator<Difference> {
  const whole: Range = { from: undefined, to: undefined };
  const seen = new Set<string>();
  for (const range of await cut(sides.old, table, whole, RANGE_ROWS)) {
    for await (const difference of differencesWithin(sides, table, range)) {
      const id = JSON.stringify(difference.key);
      if (seen.has(id)) throw new Error(`${nameOf(table)}: the key ${id} is in two ranges.`);
      seen.add(id);
      yield difference;
    }
  }
}

async function* differencesWithin(
  sides: Sides,
  table: Table,
  range: Range,
): AsyncGenerator<Difference> {
  const [old, writer] = await Promise.all([
    printOf(sides.old, table, range),
    printOf(sides.writer, table, range),
  ]);
  if (isSame(old, writer)) return;
  // The side with more rows is cut: behind the last key of the old primary only the writer has any.
  const longer = writer.rows > old.rows ? sides.writer : sides.old;
  const isLong = Math.max(old.rows, writer.rows) > MOST_ROWS;
  const parts = isLong ? await cut(longer, table, range, RANGE_ROWS) : [];
  if (parts.length > 1) {
    for (const part of parts) yield* differencesWithin(sides, table, part);
    return;
  }
  const [there, here] = await Promise.all([
    bucketsOf(sides.old, table, range),
    bucketsOf(sides.writer, table, range),
  ]);
  const buckets = [...new Set([...there.keys(), ...here.keys()])].filter(
    (bucket) => !isSame(there.get(bucket) ?? nothing, here.get(bucket) ?? nothing),
  );
  const [oldRows, writerRows] = await Promise.all([
    rowsIn(sides.old, table, range, buckets),
    rowsIn(sides.writer, table, range, buckets),
  ]);
  yield* pairUp(oldRows, writerRows);
}

const nothing: Print = { rows: 0, mixed: '0', sum: '0' };

const isSame = (a: Print, b: Print): boolean =>
  a.rows === b.rows && a.mixed === b.mixed && a.sum === b.sum;

function* pairUp(there: readonly RowPrint[], here: readonly RowPrint[]): Generator<Difference> {
  const writers = new Map(here.map((row) => [JSON.stringify(row.key), row]));
  for (const old of there) {
    const id = JSON.stringify(old.key);
    const writer = writers.get(id);
    writers.delete(id);
    if (writer?.hash !== old.hash) yield { key: old.key, old, writer };
  }
  for (const writer of writers.values()) yield { key: writer.key, old: undefined, writer };
}
