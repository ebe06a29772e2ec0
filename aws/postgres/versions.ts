import * as z from 'zod';
import type { Values } from '../../core/reconcile/comparison.ts';
import type { Key, RowPrint } from './ranges.ts';
import { hashOf, keyAsText, keyList, typeOf } from './ranges.ts';
import type { Side } from './side.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

/** A row with its values. */
export interface Version extends RowPrint {
  readonly values: Values;
}

const Row = z.object({
  key: z.array(z.string()),
  hash: z.string(),
  xid: z.string(),
  values: z.array(z.string().nullable()),
});

/** What tells this version from every other of its row. */
export const printWords = ({ xid, hash }: RowPrint): string => `${xid} ${hash}`;

/** The columns that hold what somebody wrote: generated ones follow from them. */
export const writtenColumns = ({ columns }: Table): Table['columns'] =>
  columns.filter(({ isGenerated }) => !isGenerated);

/** The rows with these keys, by the key as JSON; a key that is not there is not among them. */
export async function versionsOf(
  side: Side,
  table: Table,
  keys: readonly Key[],
): Promise<ReadonlyMap<string, Version>> {
  const columns = writtenColumns(table);
  const texts = columns.map(({ name }) => `${identifier(name)}::text`);
  const sql = `
    SELECT ${keyAsText(table)} AS key, ${hashOf(table)}::text AS hash, xmin::text AS xid,
      ARRAY[${texts.join(', ')}] AS values
    FROM ONLY ${quoted(table)}
    WHERE (${keyList(table)}) IN (${listed(table, table.key)})`;
  const rows = await side.query(
    Row,
    sql,
    table.key.map((_, index) => keys.map((key) => key[index])),
  );
  return new Map(
    rows.map(({ values, ...print }) => [
      JSON.stringify(print.key),
      {
        ...print,
        values: Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null])),
      },
    ]),
  );
}

/** For SQL: rows of texts, one parameter a column, as values of the types of those columns. */
export function listed(table: Table, columns: readonly string[]): string {
  const casts = columns.map((name, at) => `c${at}::${typeOf(table, name)}`);
  const names = columns.map((_, at) => `c${at}`).join(', ');
  const marks = columns.map((_, at) => `$${at + 1}::text[]`).join(', ');
  return `SELECT ${casts.join(', ')} FROM unnest(${marks}) AS given(${names})`;
}
