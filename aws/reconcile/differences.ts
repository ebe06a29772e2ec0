import { inLanes } from './in-lanes.ts';
import type { Buckets, Key, Print, Range, Readers, RowPrint } from './table-reader.ts';

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

const sequence = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

/** A bucket of a range has 80 rows; a part of it five. */
const COARSE: Buckets = { count: 128, numbers: sequence(128) };
const PARTS = 16;
const FEW_ROWS = 50;

/** Gives so many pairs of readers that can work at once, or as many as there may be. */
export type ReaderLanes<P extends RowPrint> = (wanted: number) => Promise<readonly Readers<P>[]>;

/**
 * The keys whose rows differ, found by prints of ranges, and where those differ by prints of buckets
 * within: little more than the differences goes over the wire. The old primary stands still; where the
 * writer goes on, a row that changes meanwhile may be found or not, as if it had changed later.
 */
export async function* differencesIn<P extends RowPrint>(
  lanes: ReaderLanes<P>,
  table: string,
): AsyncGenerator<Difference<P>> {
  const seen = new Set<string>();
  for await (const difference of inRanges(lanes)) {
    const id = JSON.stringify(difference.key);
    // Without its values: what is thrown is told over channels.
    if (seen.has(id)) throw new Error(`${table}: a key is in two ranges.`);
    seen.add(id);
    yield difference;
  }
}

async function* inRanges<P extends RowPrint>(lanes: ReaderLanes<P>): AsyncGenerator<Difference<P>> {
  const whole: Range = { from: undefined, to: undefined };
  const [first] = await lanes(1);
  if (first === undefined) throw new Error('There is no reader.');
  const ranges = await first.old.cut(whole, RANGE_ROWS);
  const bounded = ranges.slice(0, -1);
  // Where one range differed, the next one does as a rule: then its buckets are asked for at once.
  let isLikely = false;
  const work = async (range: Range, readers: Readers<P>): Promise<Difference<P>[]> => {
    const found: Difference<P>[] = [];
    for await (const each of differencesWithin(readers, range, isLikely)) found.push(each);
    return found;
  };
  for await (const found of inLanes(bounded, await lanes(bounded.length), work)) {
    isLikely = found.length > 0;
    yield* found;
  }
  // Behind the last key of the old primary there may be any number of the writer's: one by one.
  for (const range of ranges.slice(-1)) yield* differencesWithin(first, range, isLikely);
}

async function* differencesWithin<P extends RowPrint>(
  readers: Readers<P>,
  range: Range,
  isLikely: boolean,
): AsyncGenerator<Difference<P>> {
  if (!isLikely) {
    const prints = await both(readers, (reader) => reader.printOf(range));
    if (isSame(prints.old, prints.writer)) return;
    const parts = await partsOf(readers, range, prints);
    if (parts.length > 1) {
      for (const part of parts) yield* differencesWithin(readers, part, false);
      return;
    }
  }
  const buckets = await both(readers, (reader) => reader.bucketsOf(range, COARSE));
  const sums = { old: sumOf(buckets.old), writer: sumOf(buckets.writer) };
  const parts = isLikely ? await partsOf(readers, range, sums) : [];
  if (parts.length > 1) {
    for (const part of parts) yield* differencesWithin(readers, part, true);
    return;
  }
  const differing = await narrowed(readers, range, differingOf(COARSE, buckets));
  if (differing.numbers.length === 0) return;
  const rows = await both(readers, (reader) => reader.rowsIn(range, differing));
  yield* pairUp(rows.old, rows.writer);
}

/** Buckets that differ, and how many rows they have. */
interface Differing extends Buckets {
  readonly rows: number;
}

/** Of a few buckets with many rows, the parts that differ: each row that is sent costs 50 bytes. */
async function narrowed<P extends RowPrint>(
  readers: Readers<P>,
  range: Range,
  { count, numbers, rows }: Differing,
): Promise<Buckets> {
  if (rows <= FEW_ROWS || numbers.length === count) return { count, numbers };
  const fine: Buckets = {
    count: count * PARTS,
    numbers: numbers.flatMap((each) => sequence(PARTS).map((part) => each + part * count)),
  };
  return differingOf(fine, await both(readers, (reader) => reader.bucketsOf(range, fine)));
}

function differingOf({ count }: Buckets, { old, writer }: Both<Prints>): Differing {
  const numbers = [...new Set([...old.keys(), ...writer.keys()])].filter(
    (each) => !isSame(old.get(each) ?? nothing, writer.get(each) ?? nothing),
  );
  const rows = numbers.map((each) =>
    Math.max(old.get(each)?.rows ?? 0, writer.get(each)?.rows ?? 0),
  );
  return { count, numbers, rows: rows.reduce((sum, each) => sum + each, 0) };
}

type Prints = ReadonlyMap<number, Print>;

/**
 * A range that has become too long, cut again; none if it has not. The side with more rows is cut:
 * behind the last key of the old primary only the writer has any.
 */
async function partsOf<P extends RowPrint>(
  readers: Readers<P>,
  range: Range,
  { old, writer }: Both<Sum>,
): Promise<readonly Range[]> {
  if (Math.max(old.rows, writer.rows) <= MOST_ROWS) return [];
  const longer = writer.rows > old.rows ? readers.writer : readers.old;
  return await longer.cut(range, RANGE_ROWS);
}

type Sum = Pick<Print, 'rows'>;

/** The same of both sides. */
interface Both<T> {
  readonly old: T;
  readonly writer: T;
}

/** Both sides are asked at once. */
async function both<P extends RowPrint, T>(
  readers: Readers<P>,
  ask: (reader: Readers<P>['old']) => Promise<T>,
): Promise<Both<T>> {
  const [old, writer] = await Promise.all([ask(readers.old), ask(readers.writer)]);
  return { old, writer };
}

const sumOf = (buckets: Prints): Sum => ({
  rows: [...buckets.values()].reduce((sum, { rows }) => sum + rows, 0),
});

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
