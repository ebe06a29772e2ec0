import * as z from 'zod';
import type { Side } from './side.ts';

/** The name of the slot and of its publication on the old primary. */
export const SLOT = 'region_failover';

const SlotState = z.object({
  plugin: z.string().nullable(),
  database: z.string().nullable(),
  isHere: z.boolean(),
  /** Up to where it was advanced: it still has what was committed after that. */
  confirmed: z.string().nullable(),
  walStatus: z.enum(['reserved', 'extended', 'unreserved', 'lost']).nullable(),
  /** Log that is kept for the slot. */
  heldBytes: z.number().nullable(),
  /** Log that may still be written before the slot may be lost; null without a limit. */
  safeBytes: z.number().nullable(),
});

/** What a server says of the slot. */
export type SlotState = z.infer<typeof SlotState>;

/** Before PostgreSQL 13 a server says nothing of the limit. */
const STATE = `
  SELECT plugin::text AS plugin, database::text AS database,
    database = current_database() AS "isHere", confirmed_flush_lsn::text AS confirmed,
    to_jsonb(s)->>'wal_status' AS "walStatus",
    pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::float8 AS "heldBytes",
    (to_jsonb(s)->>'safe_wal_size')::float8 AS "safeBytes"
  FROM pg_replication_slots s WHERE slot_name = '${SLOT}' AND slot_type = 'logical'`;

/** The slot of a server that is no standby; undefined if there is none. */
export async function readSlotState(side: Side): Promise<SlotState | undefined> {
  const [state] = await side.query(SlotState, STATE);
  return state;
}

const WatchedTable = z.object({
  schema: z.string(),
  name: z.string(),
  /** How its rows are named in the stream: `f` with everything that was in them. */
  identity: z.string(),
});
export type WatchedTable = z.infer<typeof WatchedTable>;

/** The tables whose changes the slot has. */
export async function watchedTables(side: Side): Promise<readonly WatchedTable[]> {
  const sql = `
    SELECT schemaname AS schema, tablename AS name, c.relreplident::text AS identity
    FROM pg_publication_tables p
    JOIN pg_namespace n ON n.nspname = p.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
    WHERE p.pubname = '${SLOT}' ORDER BY 1, 2`;
  return await side.query(WatchedTable, sql);
}
