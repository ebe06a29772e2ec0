import * as z from 'zod';
import type { Side, Sides } from './side.ts';
import type { Table } from './tables.ts';

const Counted = z.object({ deletes: z.number() });
const File = z.object({ file: z.string() });

/**
 * Whether the writer may have deleted rows of a table since it was promoted. Ask after the table
 * was compared: it goes on.
 *
 * A standby counts nothing while it replays, and a crash or a reset throws the counters away: they
 * say something only while the server still runs that was the standby, which knows what it replayed
 * last (PostgreSQL documentation, The Cumulative Statistics System, and Recovery Information
 * Functions). A TRUNCATE is counted nowhere, and gives the table another file than the old
 * primary's; so does a rewrite by either side, which only makes this say yes.
 */
export async function mayHaveDeleted({ old, writer }: Sides, table: Table): Promise<boolean> {
  const [there, here] = await Promise.all([fileOf(old, table), fileOf(writer, table)]);
  if (there === undefined || there !== here) return true;
  return (await deletesSince(writer, table)) !== 0;
}

async function fileOf(side: Side, { schema, name }: Table): Promise<string | undefined> {
  const sql = `
    SELECT pg_relation_filenode(c.oid)::text AS file
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2`;
  const [row] = await side.query(File, sql, [schema, name]);
  return row?.file;
}

/** Rows that were deleted since the promotion; undefined if that is not known. */
async function deletesSince(side: Side, { schema, name }: Table): Promise<number | undefined> {
  const sql = `
    SELECT n_tup_del::float8 AS deletes FROM pg_stat_user_tables
    WHERE schemaname = $1 AND relname = $2 AND current_setting('track_counts') = 'on'
      AND pg_last_xact_replay_timestamp() IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_stat_database
        WHERE datname = current_database() AND stats_reset > pg_last_xact_replay_timestamp())`;
  const [row] = await side.query(Counted, sql, [schema, name]);
  return row?.deletes;
}
