import * as z from 'zod';
import type { Buckets, Key, Print, Range, RowPrint } from '../reconcile/table-reader.ts';
import type { Column } from './columns.ts';
import { identifier, literalOf, orderOf, prepared, textOf } from './columns.ts';
import type { Side } from './side.ts';
import { keyColumns, writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';

/** A value as the driver gives it: text, or bytes. */
export const Value = z
  .union([z.string(), z.instanceof(Buffer)])
  .nullable()
  .transform((value) => (Buffer.isBuffer(value) ? `0x${value.toString('hex')}` : value));

const Cells = z.record(z.string(), Value);
type Cells = z.infer<typeof Cells>;

/** A cell that is never NULL. */
function cell(cells: Cells, name: string): string {
  const value = cells[name];
  if (typeof value === 'string') return value;
  throw new Error(`Found no ${name}: a function of the server gave up (max_allowed_packet?).`);
}

/** For SQL: the columns of the key, named k0, k1. */
export const keyList = (table: Table): string =>
  keyColumns(table)
    .map((column, at) => `${textOf(column)} AS k${at}`)
    .join(', ');

/** The key of a row that was read with `keyList`. */
export const keyIn = (table: Table, cells: Cells): string[] =>
  table.key.map((_, at) => cell(cells, `k${at}`));

/** The row without its values that was read with `keyList` and `hashOf`. */
export const printIn = (table: Table, cells: Cells): RowPrint => ({
  key: keyIn(table, cells),
  hash: cell(cells, 'hash'),
});

/** A row of which only the server knows the columns. */
export const Row = Cells;

/**
 * For SQL: all that somebody wrote into a row as one SHA-256. Rows that differ must not be taken for
 * the same: CRC32 would do that once in 2^32, and its exclusive or over two rows cancels out where
 * they exchanged a value.
 */
export const hashOf = (table: Table): string =>
  `SHA2(CONCAT(${writtenColumns(table).map(prepared).join(`, ',', `)}), 256)`;

const orderList = (table: Table): string => keyColumns(table).map(orderOf).join(', ');

/** For SQL: whether a row has this key, as the server compares: `a` and `A` may be one key. */
export const isKey = (table: Table, key: Key): string =>
  keyColumns(table)
    .map((column, at) => `${orderOf(column)} = ${literalOf(column, key[at] ?? '')}`)
    .join(' AND ');

/** Written out, because neither server uses an index for `(a, b) > (1, 2)`. */
function beyond(table: Table, key: Key, operator: '>' | '<'): string[] {
  const columns = keyColumns(table);
  const compare = (column: Column, at: number, by: string): string =>
    `${orderOf(column)} ${by} ${literalOf(column, key[at] ?? '')}`;
  return columns.map((column, at) =>
    [
      ...columns.slice(0, at).map((before, place) => compare(before, place, '=')),
      compare(column, at, operator),
    ].join(' AND '),
  );
}

function whereIn(table: Table, { from, to }: Range): string {
  const any = (parts: readonly string[]): string =>
    `(${parts.map((each) => `(${each})`).join(' OR ')})`;
  const parts = [
    ...(from === undefined ? [] : [any(beyond(table, from, '>'))]),
    ...(to === undefined ? [] : [any([...beyond(table, to, '<'), isKey(table, to)])]),
  ];
  return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
}

const from = (table: Table, range: Range): string =>
  `FROM ${identifier(table.name)}${whereIn(table, range)}`;

/** Cuts a range of a side into ranges of so many rows, each with one look into the index. */
export async function cut(
  side: Side,
  table: Table,
  range: Range,
  rowsEach: number,
): Promise<Range[]> {
  const ranges: Range[] = [];
  for (let rest = range; ;) {
    const sql = `
      SELECT ${keyList(table)} ${from(table, rest)}
      ORDER BY ${orderList(table)} LIMIT 1 OFFSET ${rowsEach - 1}`;
    const [end] = await side.query(Row, sql);
    if (end === undefined) return [...ranges, rest];
    const to = keyIn(table, end);
    ranges.push({ from: rest.from, to });
    rest = { from: to, to: range.to };
  }
}

/** 64 bits of the hash as a number. */
const half = (at: 1 | 17): string => `CAST(CONV(SUBSTRING(hash, ${at}, 16), 16, 10) AS UNSIGNED)`;

/** The sum stands beside the exclusive or: equal changes of two rows cancel out in the latter. */
const PRINT = `
  CAST(COUNT(*) AS CHAR) AS all_rows, CAST(COUNT(hash) AS CHAR) AS hashed,
  CAST(COALESCE(BIT_XOR(${half(1)}), 0) AS CHAR) AS mixed,
  CAST(COALESCE(SUM(${half(17)}), 0) AS CHAR) AS total`;
const FoundPrint = z.object({
  all_rows: z.string(),
  hashed: z.string(),
  mixed: z.string(),
  total: z.string(),
});

function printFrom({ all_rows: rows, hashed, mixed, total }: z.infer<typeof FoundPrint>): Print {
  if (rows === hashed) return { rows: Number(rows), mixed, sum: total };
  throw new Error(`${Number(rows) - Number(hashed)} rows have no hash (max_allowed_packet?).`);
}

/** A limit that cuts nothing keeps the optimizer from hashing each row once for each use of it. */
const APART = 'LIMIT 18446744073709551615';

/** The print of a range. */
export async function printOf(side: Side, table: Table, range: Range): Promise<Print> {
  const sql = `
    SELECT ${PRINT}
    FROM (SELECT ${hashOf(table)} AS hash ${from(table, range)} ${APART}) AS hashes`;
  const [found] = await side.query(FoundPrint, sql);
  if (found === undefined) throw new Error('An aggregate gave no row.');
  return printFrom(found);
}

/** For SQL: the bucket of a row. Rows are spread by their keys, for which a CRC is good enough. */
const bucketOf = (table: Table, { count }: Buckets): string =>
  `(CRC32(CONCAT(${keyColumns(table).map(prepared).join(`, ',', `)})) % ${count})`;

/** Rows of some buckets of a range. */
function fromBuckets(table: Table, range: Range, buckets: Buckets): string {
  if (buckets.numbers.length === buckets.count) return from(table, range);
  const isIn = `${bucketOf(table, buckets)} IN (${buckets.numbers.join(', ')})`;
  return `${from(table, range)} ${whereIn(table, range) === '' ? 'WHERE' : 'AND'} ${isIn}`;
}

/** The print of each of these buckets of a range, if it has rows. */
export async function bucketsOf(
  side: Side,
  table: Table,
  range: Range,
  buckets: Buckets,
): Promise<ReadonlyMap<number, Print>> {
  if (buckets.numbers.length === 0) return new Map();
  const sql = `
    SELECT CAST(bucket AS CHAR) AS bucket, ${PRINT}
    FROM (
      SELECT ${bucketOf(table, buckets)} AS bucket, ${hashOf(table)} AS hash
      ${fromBuckets(table, range, buckets)} ${APART}
    ) AS hashes GROUP BY bucket`;
  const found = await side.query(FoundPrint.extend({ bucket: z.string() }), sql);
  return new Map(found.map(({ bucket, ...print }) => [Number(bucket), printFrom(print)]));
}

/** Each row of these buckets of a range by its print, in the order of the keys. */
export async function rowsIn(
  side: Side,
  table: Table,
  range: Range,
  buckets: Buckets,
): Promise<readonly RowPrint[]> {
  if (buckets.numbers.length === 0) return [];
  const sql = `
    SELECT ${keyList(table)}, ${hashOf(table)} AS hash
    ${fromBuckets(table, range, buckets)}
    ORDER BY ${orderList(table)}`;
  return (await side.query(Row, sql)).map((cells) => printIn(table, cells));
}
