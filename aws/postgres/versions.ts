import * as z from 'zod';
import type { Key, Version as VersionOf } from '../reconcile/table-reader.ts';
import type { RowPrint } from './ranges.ts';
import { keyAsText, typeOf } from './ranges.ts';
import { hashOf } from './row-hash.ts';
import type { Side } from './side.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

/** A row with its values. */
type Version = VersionOf<RowPrint>;

const Row = z.object({
  place: z.int(),
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

/**
 * The row with each of these keys, in their order; undefined where there is none. Keys are compared
 * as the server does: 1.0 and 1.00 are the same number, and two texts.
 */
export async function versionsOf(
  side: Side,
  table: Table,
  keys: readonly Key[],
): Promise<readonly (Version | undefined)[]> {
  const columns = writtenColumns(table);
  const texts = columns.map(({ name }) => `t.${identifier(name)}::text`);
  const names = table.key.map((_, at) => `c${at}`);
  const marks = table.key.map((_, at) => `$${at + 1}::text[]`);
  const same = table.key.map(
    (name, at) => `t.${identifier(name)} = g.c${at}::${typeOf(table, name)}`,
  );
  const sql = `
    SELECT g.place::int AS place, ${keyAsText(table, 't')} AS key,
      to_hex(${hashOf(table, 't')}) AS hash, t.xmin::text AS xid, ARRAY[${texts.join(', ')}] AS values
    FROM unnest(${marks.join(', ')}) WITH ORDINALITY AS g(${names.join(', ')}, place)
    JOIN ONLY ${quoted(table)} AS t ON ${same.join(' AND ')}`;
  const given = table.key.map((_, index) => keys.map((key) => key[index]));
  const found = new Array<Version | undefined>(keys.length);
  for (const { place, values, ...print } of await side.query(Row, sql, given)) {
    const named = columns.map(({ name }, at) => [name, values[at] ?? null] as const);
    found[place - 1] = { ...print, values: Object.fromEntries(named) };
  }
  return found;
}
