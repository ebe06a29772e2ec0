import * as z from 'zod';
import type { Side } from './side.ts';
import { tablesOf } from './tables.ts';
import type { Table } from './tables.ts';

const End = z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()) });

/** A foreign key: rows of `from` need a row of `to`. */
const Reference = z.object({
  name: z.string(),
  from: End,
  to: End,
  /** Whether it stands for one of several parts of the table that rows refer to. */
  isPart: z.boolean(),
});
export type Reference = z.infer<typeof Reference>;

const end = (table: string, columns: string): string => `
  (SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'columns', (
    SELECT json_agg(a.attname ORDER BY k.place)
    FROM unnest(k0.${columns}) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = k0.${table})`;

const REFERENCES = `
  SELECT k0.conname AS name, ${end('conrelid', 'conkey')} AS from,
    ${end('confrelid', 'confkey')} AS to,
    EXISTS (
      SELECT FROM pg_constraint p WHERE p.oid = k0.conparentid AND p.conrelid = k0.conrelid
    ) AS "isPart"
  FROM pg_constraint k0 WHERE k0.contype = 'f' ORDER BY 1`;

/** A unique index besides the primary key, over plain columns of all rows. */
const UniqueIndex = z.object({
  name: z.string(),
  schema: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
});
export type UniqueIndex = z.infer<typeof UniqueIndex>;

const UNIQUE_INDEXES = `
  SELECT x.relname AS name, n.nspname AS schema, c.relname AS table, (
    SELECT json_agg(a.attname ORDER BY k.place)
    FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
    WHERE k.place <= i.indnkeyatts) AS columns
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisunique AND NOT i.indisprimary AND i.indisvalid
    AND i.indexprs IS NULL AND i.indpred IS NULL
    AND n.nspname <> 'pg_toast' AND n.nspname <> 'pg_catalog'
  ORDER BY 1`;

/** A trigger of a user's, or a rule: both do something besides the write. */
const Trigger = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  /** Whether it fires even for what is applied from elsewhere. */
  always: z.boolean(),
});
export type Trigger = z.infer<typeof Trigger>;

const TRIGGERS = `
  SELECT n.nspname AS schema, c.relname AS table, t.tgname AS name,
    t.tgenabled IN ('A', 'R') AS always
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
  UNION ALL
  SELECT n.nspname, c.relname, r.rulename, r.ev_enabled IN ('A', 'R')
  FROM pg_rewrite r
  JOIN pg_class c ON c.oid = r.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND r.ev_type <> '1' AND r.ev_enabled <> 'D'
  ORDER BY 1, 2, 3`;

const Deferrable = z.object({ schema: z.string(), table: z.string(), name: z.string() });

const DEFERRABLE = `
  SELECT n.nspname AS schema, c.relname AS table, k.conname AS name
  FROM pg_constraint k
  JOIN pg_class c ON c.oid = k.conrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE k.contype IN ('p', 'u', 'x') AND k.condeferrable ORDER BY 1, 2, 3`;

/** Everything of the writer that decides what can be applied to it. */
export interface Rulebook {
  readonly tables: readonly Table[];
  readonly references: readonly Reference[];
  readonly uniqueIndexes: readonly UniqueIndex[];
  readonly triggers: readonly Trigger[];
  /** Unique and exclusion constraints that internal triggers check. */
  readonly deferrable: readonly z.infer<typeof Deferrable>[];
}

/** Reads the rulebook of the writer. */
export async function readRulebook(writer: Side): Promise<Rulebook> {
  return {
    tables: await tablesOf(writer),
    references: await writer.query(Reference, REFERENCES),
    uniqueIndexes: await writer.query(UniqueIndex, UNIQUE_INDEXES),
    triggers: await writer.query(Trigger, TRIGGERS),
    deferrable: await writer.query(Deferrable, DEFERRABLE),
  };
}
