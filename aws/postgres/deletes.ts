import * as z from 'zod';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

const Deletes = z.object({ deletes: z.number() });

/**
 * Rows that the writer deleted since it was promoted; undefined if that is not known. A standby
 * counts nothing while it replays, and a crash throws the counters away: they say something only
 * while the server still runs that was the standby, which knows what it replayed last (PostgreSQL
 * documentation, The Cumulative Statistics System, and Recovery Information Functions). A session
 * tells of its deletes up to a minute late.
 */
export async function deletesSince(
  side: Side,
  { schema, name }: Table,
): Promise<number | undefined> {
  const sql = `
    SELECT n_tup_del::float8 AS deletes FROM pg_stat_user_tables
    WHERE schemaname = $1 AND relname = $2 AND current_setting('track_counts') = 'on'
      AND pg_last_xact_replay_timestamp() IS NOT NULL`;
  const [row] = await side.query(Deletes, sql, [schema, name]);
  return row?.deletes;
}
