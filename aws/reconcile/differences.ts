import type { Key, Print, Range, Readers, RowPrint } from './table-reader.ts';

/** A key whose rows are not the same on both sides. */
export interface Difference<P extends RowPrint = RowPrint> {
  readonly key: Key;
  readonly old: P | undefined;
  readonly writer: P | undefined;
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
export async function* differencesIn<P extends RowPrint>(
  readers: Readers<P>,
  table: string,
): AsyncGenerator<Difference<P>> {
  const whole: Range = { from: undefined, to: undefined };
  const seen = new Set<string>();
  for (const range of await readers.old.cut(whole, RANGE_ROWS)) {
    for await (const difference of differencesWithin(readers, range)) {
      const id = JSON.stringify(difference.key);
      if (seen.has(id)) throw new Error(`${table}: the key ${id} is in two ranges.`);
      seen.add(id);
      yield difference;
    }
  }
}

async function* differencesWithin<P extends RowPrint>(
  readers: Readers<P>,
  range: Range,
): AsyncGenerator<Difference<P>> {
  const [old, writer] = await Promise.all([
    readers.old.printOf(range),
    readers.writer.printOf(range),
  ]);
  if (isSame(old, writer)) return;
  // The side with more rows is cut: behind the last key of the old primary only the writer has any.
  const longer = writer.rows > old.rows ? readers.writer : readers.old;
  const isLong = Math.max(old.rows, writer.rows) > MOST_ROWS;
  const parts = isLong ? await longer.cut(range, RANGE_ROWS) : [];
  if (parts.length > 1) {
    for (const part of parts) yield* differencesWithin(readers, part);
    return;
  }
  const [there, here] = await Promise.all([
    readers.old.bucketsOf(range),
    readers.writer.bucketsOf(range),
  ]);
  const buckets = [...new Set([...there.keys(), ...here.keys()])].filter(
    (bucket) => !isSame(there.get(bucket) ?? nothing, here.get(bucket) ?? nothing),
  );
  const [oldRows, writerRows] = await Promise.all([
    readers.old.rowsIn(range, buckets),
    readers.writer.rowsIn(range, buckets),
  ]);
  yield* pairUp(oldRows, writerRows);
}

const nothing: Print = { rows: 0, mixed: '0', sum: '0' };

const isSame = (a: Print, b: Print): boolean =>
  a.rows === b.rows && a.mixed === b.mixed && a.sum === b.sum;

function* pairUp<P extends RowPrint>(
  there: readonly P[],
  here: readonly P[],
): Generator<Difference<P>> {
  const writers = new Map(here.map((row) => [JSON.stringify(row.key), row]));
  for (const old of there) {
    const id = JSON.stringify(old.key);
    const writer = writers.get(id);
    writers.delete(id);
    if (writer?.hash !== old.hash) yield { key: old.key, old, writer };
  }
  for (const writer of writers.values()) yield { key: writer.key, old: undefined, writer };
}
