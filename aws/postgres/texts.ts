import * as z from 'zod';
import { typeOf } from './ranges.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

const Texts = z.object({ texts: z.array(z.string().nullable()) });

/** Rows that are asked about together. */
const BATCH = 1000;

type Row = readonly (string | null)[];

/**
 * Values as a cast to text writes them, which is how rows are compared. What a type writes by
 * itself is not the same for each: `t` and `true`, `10.0.0.1` and `10.0.0.1/32`.
 */
export async function asTexts(
  side: Side,
  table: Table,
  columns: readonly string[],
  rows: readonly Row[],
): Promise<readonly Row[]> {
  const names = columns.map((_, at) => `c${at}`);
  const marks = columns.map((_, at) => `$${at + 1}::text[]`);
  const texts = columns.map((name, at) => `c${at}::${typeOf(table, name)}::text`);
  const sql = `
    SELECT ARRAY[${texts.join(', ')}] AS texts
    FROM unnest(${marks.join(', ')}) WITH ORDINALITY AS u(${[...names, 'place'].join(', ')})
    ORDER BY place`;
  const found: Row[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const values = columns.map((_, at) => batch.map((row) => row[at] ?? null));
    for (const { texts: row } of await side.query(Texts, sql, values)) found.push(row);
  }
  return found;
}
