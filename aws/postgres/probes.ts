import * as z from 'zod';
import type { RowReport, Values } from '../../core/reconcile/comparison.ts';
import { keyAsText, keyList, typeOf } from './ranges.ts';
import type { Reference } from './references.ts';
import type { Side } from './side.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

/** Rows that are asked about together. */
const BATCH = 1000;

const Hit = z.object({ place: z.int(), key: z.array(z.string()) });

/** A row of ours, and the key of the writer's row that was found for it. */
interface Match {
  readonly row: RowReport;
  readonly key: readonly string[];
}

/** Rows of the writer with the same values in these columns, under another key. */
export async function findCollisions(
  writer: Side,
  table: Table,
  columns: readonly string[],
  rows: readonly RowReport[],
): Promise<readonly Match[]> {
  const all = [...columns, ...table.key];
  const same = columns.map((name, at) => `t.${identifier(name)} = g.v${at}`);
  const keys = table.key.map((_, at) => `g.v${columns.length + at}`);
  return await probe(writer, rows, table, all, (given) => ({
    sql: `
      SELECT g.place, ${keyAsText(table, 't')} AS key FROM (${given}) AS g
      JOIN ONLY ${quoted(table)} AS t ON ${same.join(' AND ')}
      WHERE (${keyList(table, 't')}) IS DISTINCT FROM (${keys.join(', ')})`,
    valuesOf: ({ old }) => ({ ...old }),
  }));
}

/** Rows whose parent the writer does not have. */
export async function findOrphans(
  writer: Side,
  table: Table,
  { from, to }: Reference,
  rows: readonly RowReport[],
): Promise<readonly RowReport[]> {
  const same = to.columns.map((name, at) => `t.${identifier(name)} = g.v${at}`);
  const found = await probe(writer, rows, table, from.columns, (given) => ({
    sql: `
      SELECT g.place, ARRAY[]::text[] AS key FROM (${given}) AS g
      WHERE NOT EXISTS (SELECT FROM ${quoted(to)} AS t WHERE ${same.join(' AND ')})`,
    valuesOf: ({ old }) => ({ ...old }),
  }));
  return found.map(({ row }) => row);
}

/** Rows of the writer that refer to these; by their key if their table has one. */
export async function findChildren(
  writer: Side,
  table: Table,
  { from, to }: Reference,
  rows: readonly RowReport[],
  child: Table | undefined,
): Promise<readonly Match[]> {
  const same = from.columns.map((name, at) => `t.${identifier(name)} = g.v${at}`);
  const isSelf = from.schema === table.schema && from.name === table.name;
  // A row that refers to itself goes with itself.
  if (isSelf) {
    const own = table.key.map((_, at) => `g.v${to.columns.length + at}`);
    same.push(`(${keyList(table, 't')}) IS DISTINCT FROM (${own.join(', ')})`);
  }
  const key = child === undefined ? 'ARRAY[]::text[]' : keyAsText(child, 't');
  const columns = isSelf ? [...to.columns, ...table.key] : to.columns;
  return await probe(writer, rows, table, columns, (given) => ({
    sql: `
      SELECT g.place, ${key} AS key FROM (${given}) AS g
      JOIN ${quoted(from)} AS t ON ${same.join(' AND ')}`,
    valuesOf: ({ writer: here }) => ({ ...here }),
  }));
}

interface Question {
  readonly sql: string;
  readonly valuesOf: (row: RowReport) => Values;
}

/** Asks about rows by some of their columns; `given` are they as a table, with their places. */
async function probe(
  writer: Side,
  rows: readonly RowReport[],
  table: Table,
  columns: readonly string[],
  ask: (given: string) => Question,
): Promise<Match[]> {
  const casts = columns.map((name, at) => `c${at}::${typeOf(table, name)} AS v${at}`);
  const names = columns.map((_, at) => `c${at}`);
  const marks = columns.map((_, at) => `$${at + 1}::text[]`);
  const { sql, valuesOf } = ask(`
    SELECT place::int AS place, ${casts.join(', ')}
    FROM unnest(${marks.join(', ')}) WITH ORDINALITY AS u(${names.join(', ')}, place)`);
  const matches: Match[] = [];
  for (let from = 0; from < rows.length; from += BATCH) {
    const batch = rows.slice(from, from + BATCH);
    const values = columns.map((name) => batch.map((row) => valuesOf(row)[name] ?? null));
    for (const { place, key } of await writer.query(Hit, sql, values)) {
      const row = batch[place - 1];
      if (row !== undefined) matches.push({ row, key });
    }
  }
  return matches;
}
