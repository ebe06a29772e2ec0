import * as z from 'zod';
import type { CommonTables } from '../reconcile/pair-tables.ts';
import { pairTables } from '../reconcile/pair-tables.ts';
import { MARKER_SCHEMA } from './marker-schema.ts';
import type { Side } from './side.ts';

/** A column as both sides must have it. */
const Column = z.object({
  name: z.string(),
  type: z.string(),
  isGenerated: z.boolean(),
  /** Whether a sequence numbers it. */
  isNumbered: z.boolean(),
});

/** A table whose rows can be told apart. */
export interface Table {
  readonly schema: string;
  readonly name: string;
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  readonly columns: readonly z.infer<typeof Column>[];
  /** The table that it is a part of; itself if it is none. */
  readonly root: { readonly schema: string; readonly name: string };
  /** Whether its rows are replicated: those of an unlogged table are not. */
  readonly isLogged: boolean;
}

const Row = z.object({
  schema: z.string(),
  name: z.string(),
  key: z.array(z.string()),
  columns: z.array(Column),
  root: z.object({ schema: z.string(), name: z.string() }),
  isLogged: z.boolean(),
});

/**
 * Ordinary tables and the leaves of partitioned ones, without those of PostgreSQL itself. A key is
 * the primary key: a unique index may hold NULLs.
 */
const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name,
    coalesce((
      SELECT json_agg(a.attname ORDER BY k.place)
      FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k(number, place), pg_attribute a
      WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid AND a.attnum = k.number
        AND k.place <= i.indnkeyatts
    ), '[]') AS key,
    (
      SELECT json_agg(json_build_object(
        'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
        'isGenerated', a.attgenerated <> '', 'isNumbered', a.attidentity <> '' OR coalesce((
          SELECT pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'
          FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum), false))
        ORDER BY a.attname)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS columns,
    (
      SELECT json_build_object('schema', rn.nspname, 'name', r.relname)
      FROM pg_class r JOIN pg_namespace rn ON rn.oid = r.relnamespace
      WHERE r.oid = coalesce(pg_partition_root(c.oid), c.oid)
    ) AS root,
    c.relpersistence = 'p' AS "isLogged"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence IN ('p', 'u')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', '${MARKER_SCHEMA}')
    AND n.nspname !~ '^pg_'
  ORDER BY 1, 2`;

/** The tables of one side. */
export async function tablesOf(side: Side): Promise<readonly Table[]> {
  return await side.query(Row, TABLES);
}

/** The tables that can be compared, and those that cannot. */
export async function commonTables(old: Side, writer: Side): Promise<CommonTables<Table>> {
  const [there, here] = await Promise.all([tablesOf(old), tablesOf(writer)]);
  return await pairTables({ old: there, writer: here }, whyNot, (table) => countRows(old, table));
}

function whyNot(table: Table, same: Table | undefined): string | undefined {
  if (!table.isLogged) return 'It is unlogged: its rows are never replicated.';
  if (same === undefined) return 'The writer has no such table.';
  if (table.columns.length === 0) return 'It has no columns.';
  if (table.key.length === 0) return 'It has no primary key: its rows cannot be told apart.';
  const shape = ({ columns, key }: Table): string =>
    JSON.stringify([columns.map(({ name, type, isGenerated }) => [name, type, isGenerated]), key]);
  if (shape(table) !== shape(same)) return 'Its columns or its key were changed on one side.';
  return undefined;
}

async function countRows(side: Side, table: Table): Promise<number> {
  const sql = `SELECT count(*)::float8 AS count FROM ONLY ${quoted(table)}`;
  const [row] = await side.query(z.object({ count: z.number() }), sql);
  return row?.count ?? 0;
}

/** For SQL. */
export const quoted = ({ schema, name }: Pick<Table, 'schema' | 'name'>): string =>
  `${identifier(schema)}.${identifier(name)}`;

/** A name as SQL takes it, whatever is in it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
