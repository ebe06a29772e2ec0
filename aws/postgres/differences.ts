import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Key, Print, Range, RowPrint } from './ranges.ts';
import { cut, printOf, rowsIn } from './ranges.ts';
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

/** Ranges of the first cut; a table of five million rows has about a thousand. */
const FIRST_ROWS = 5000;
/** A range that differs is cut into so many parts. */
const PARTS = 16;
/** So few rows are compared one by one. */
const FEW_ROWS = 64;

/**
 * The keys whose rows differ, found by prints of ranges that are cut smaller wherever they differ:
 * little more than the differences goes over the wire. The old primary stands still; where the
 * writer goes on, a row that changes meanwhile may be found or not, as if it had changed later.
 */
export async function* differencesIn(sides: Sides, table: Table): AsyncGenerator<Difference> {
  const whole: Range = { from: undefined, to: undefined };
  const seen = new Set<string>();
  for (const range of await cut(sides.old, table, whole, FIRST_ROWS)) {
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
  const rows = Math.max(old.rows, writer.rows);
  const isFew = rows <= FEW_ROWS;
  // The side with more rows is cut: behind the last key of the old primary only the writer has any.
  const longer = writer.rows > old.rows ? sides.writer : sides.old;
  const parts = isFew ? [] : await cut(longer, table, range, Math.ceil(rows / PARTS));
  if (parts.length < 2) {
    const [there, here] = await Promise.all([
      rowsIn(sides.old, table, range),
      rowsIn(sides.writer, table, range),
    ]);
    yield* pairUp(there, here);
    return;
  }
  for (const part of parts) yield* differencesWithin(sides, table, part);
}

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
