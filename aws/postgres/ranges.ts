import * as z from 'zod';
import type { Buckets, Key, Range } from '../reconcile/table-reader.ts';
import { hashOf, keyHashOf } from './row-hash.ts';
import type { Side } from './side.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

const Print = z.object({ rows: z.number(), mixed: z.string(), sum: z.string() });
type Print = z.infer<typeof Print>;

/** A row without its values, and the number of the transaction that wrote it. */
const RowPrint = z.object({ key: z.array(z.string()), hash: z.string(), xid: z.string() });
export type RowPrint = z.infer<typeof RowPrint>;

/** The type of a column, as a cast names it. */
export const typeOf = ({ columns }: Table, name: string): string =>
  columns.find((column) => column.name === name)?.type ?? 'text';

/** The columns of the key, for SQL. */
export const keyList = ({ key }: Table, of?: string): string =>
  key.map((name) => columnOf(name, of)).join(', ');

/** The key as an array of texts, for SQL. */
export const keyAsText = ({ key }: Table, of?: string): string =>
  `ARRAY[${key.map((name) => `${columnOf(name, of)}::text`).join(', ')}]`;

const columnOf = (name: string, of: string | undefined): string =>
  of === undefined ? identifier(name) : `${of}.${identifier(name)}`;

function whereIn(table: Table, { from, to }: Range): { sql: string; values: string[] } {
  const values: string[] = [];
  const bound = (key: Key, operator: string): string => {
    const marks = key.map((part, index) => {
      values.push(part);
      return `$${values.length}::${typeOf(table, table.key[index] ?? '')}`;
    });
    return `(${keyList(table)}) ${operator} (${marks.join(', ')})`;
  };
  const parts = [
    ...(from === undefined ? [] : [bound(from, '>')]),
    ...(to === undefined ? [] : [bound(to, '<=')]),
  ];
  return { sql: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, values };
}

/** Cuts a range of a side into ranges of so many rows. */
export async function cut(
  side: Side,
  table: Table,
  range: Range,
  rowsEach: number,
): Promise<Range[]> {
  const { sql: where, values } = whereIn(table, range);
  const parts = table.key.map((name, at) => `${identifier(name)} AS k${at}`);
  const texts = table.key.map((_, at) => `k${at}::text`);
  const sql = `
    SELECT ARRAY[${texts.join(', ')}] AS key FROM (
      SELECT ${parts.join(', ')}, row_number() OVER (ORDER BY ${keyList(table)}) AS place
      FROM ONLY ${quoted(table)}${where}
    ) AS keys WHERE place % ${rowsEach} = 0 ORDER BY place`;
  const found = await side.query(z.object({ key: z.array(z.string()) }), sql, values);
  const ends = [...found.map(({ key }) => key), range.to];
  return ends.map((to, index) => ({ from: index === 0 ? range.from : ends[index - 1], to }));
}

/** Keeps the optimizer from hashing each row once for each use of its hash. */
const APART = 'OFFSET 0';

const PRINT = `
  count(*)::float8 AS rows, coalesce(bit_xor(hash), 0)::text AS mixed,
  coalesce(sum(hash & 4294967295), 0)::text AS sum`;

/**
 * The print of a range: nothing but this goes over the wire for rows that are the same. The sum
 * stands beside the exclusive or because equal changes of two rows would cancel out in the latter.
 */
export async function printOf(side: Side, table: Table, range: Range): Promise<Print> {
  const { sql: where, values } = whereIn(table, range);
  const sql = `
    SELECT ${PRINT}
    FROM (SELECT ${hashOf(table)} AS hash FROM ONLY ${quoted(table)}${where} ${APART}) AS hashes`;
  const [print] = await side.query(Print, sql, values);
  if (print === undefined) throw new Error('An aggregate gave no row.');
  return print;
}

/** For SQL: the bucket of a row. */
const bucketOf = (table: Table, { count }: Buckets): string =>
  `(${keyHashOf(table)} & ${count - 1})::int`;

/** Rows of some buckets of a range. */
function whereInBuckets(table: Table, range: Range, buckets: Buckets) {
  const { sql, values } = whereIn(table, range);
  if (buckets.numbers.length === buckets.count) return { sql, values };
  const isIn = `${bucketOf(table, buckets)} = ANY ($${values.length + 1}::int[])`;
  const where = sql === '' ? ` WHERE ${isIn}` : `${sql} AND ${isIn}`;
  return { sql: where, values: [...values, buckets.numbers] };
}

const BucketPrints = z.object({ prints: z.string().nullable() });

/**
 * The print of each of these buckets of a range, if it has rows. All in one text, and both numbers of a
 * print as the hash of one with the other: where rows differ everywhere, these are most of what is sent.
 */
export async function bucketsOf(
  side: Side,
  table: Table,
  range: Range,
  buckets: Buckets,
): Promise<ReadonlyMap<number, Print>> {
  const { sql: where, values } = whereInBuckets(table, range, buckets);
  const sql = `
    SELECT string_agg(concat_ws(' ', bucket, rows, mixed), ',') AS prints FROM (
      SELECT bucket, count(*) AS rows, to_hex(hashtextextended(
        concat_ws(' ', bit_xor(hash), sum(hash & 4294967295)) COLLATE "C", 0)) AS mixed
      FROM (
        SELECT ${bucketOf(table, buckets)} AS bucket, ${hashOf(table)} AS hash
        FROM ONLY ${quoted(table)}${where} ${APART}
      ) AS hashes GROUP BY bucket
    ) AS prints`;
  const [found] = await side.query(BucketPrints, sql, values);
  const texts = (found?.prints ?? '').split(',').filter(Boolean);
  return new Map(
    texts.map((text) => {
      const [bucket = '', rows = '', mixed = ''] = text.split(' ');
      return [Number(bucket), { rows: Number(rows), mixed, sum: '' }];
    }),
  );
}

/** Each row of these buckets of a range by its print, in the order of the keys. */
export async function rowsIn(
  side: Side,
  table: Table,
  range: Range,
  buckets: Buckets,
): Promise<readonly RowPrint[]> {
  const { sql: where, values } = whereInBuckets(table, range, buckets);
  const sql = `
    SELECT ${keyAsText(table)} AS key, to_hex(${hashOf(table)}) AS hash, xmin::text AS xid
    FROM ONLY ${quoted(table)}${where}
    ORDER BY ${keyList(table)}`;
  return await side.query(RowPrint, sql, values);
}
