import * as z from 'zod';
import type { Distance } from '../../core/switchover/catch-up.ts';
import { readReplayed } from './replayed.ts';
import type { Side } from './side.ts';

/**
 * For SQL: sessions of others with the database of the service. Whose kind a role may not see counts
 * as one of others: it cannot be ended then, which is an error. Walsenders bring the log to the
 * replica. RDS's own `rdsadmin` writes nothing into it.
 */
export const OF_OTHERS = `
  FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND coalesce(backend_type, '') NOT IN ('walsender', 'autovacuum worker')
    AND usename IS DISTINCT FROM 'rdsadmin'`;

/** Ends them, and tells what else may commit there. */
export const OTHERS = `
  SELECT count(pg_terminate_backend(pid))::int AS others,
    (SELECT count(*)::int FROM pg_prepared_xacts WHERE database = current_database()) AS prepared
  ${OF_OTHERS}`;

/** Subscriptions bring rows of another server into the database; their workers always come back. */
export const SUBSCRIPTIONS = `
  SELECT count(*)::int AS subscriptions FROM pg_subscription
  WHERE subenabled AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** A commit of our own is past every commit before it. */
export const MARK = `SELECT pg_logical_emit_message(true, 'region_failover', 'switchover') AS at`;
export const FLUSHED = 'SELECT pg_current_wal_flush_lsn()::text AS lsn';

const Others = z.object({ others: z.int(), prepared: z.int() });
const Subscriptions = z.object({ subscriptions: z.int() });
const Lsn = z.object({ lsn: z.string() });

/** Ends every session of others, and says how many there were. */
export async function endOthers(source: Side): Promise<z.infer<typeof Others>> {
  const [found] = await source.query(Others, OTHERS);
  if (found === undefined) throw new Error('A count gave no row.');
  return found;
}

/** How many enabled subscriptions write into the database. */
export async function countSubscriptions(source: Side): Promise<number> {
  const [found] = await source.query(Subscriptions, SUBSCRIPTIONS);
  if (found === undefined) throw new Error('A count gave no row.');
  return found.subscriptions;
}

/** Of transactions that got a number: the oldest that runs, and the next one to be given. */
export const RUNNING = `
  SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest,
    pg_snapshot_xmax(pg_current_snapshot())::text AS next`;
const Running = z.object({ oldest: z.string(), next: z.string() });

/** The number of the next transaction, and whether one runs that may write yet. */
export async function readRunning(source: Side): Promise<{ next: bigint; isIdle: boolean }> {
  const [found] = await source.query(Running, RUNNING);
  if (found === undefined) throw new Error('A function gave no row.');
  return { next: BigInt(found.next), isIdle: found.oldest === found.next };
}

/** A position of the log, and the number of the next transaction if nobody writes after it. */
export interface Mark {
  readonly lsn: string;
  readonly next: string;
}

/**
 * Writes a position into the log of the source, past every commit before it. Undefined while a
 * transaction runs that may commit after it. Whoever writes later takes the next number.
 */
export async function markPosition(source: Side): Promise<Mark | undefined> {
  const { next, isIdle } = await readRunning(source);
  if (!isIdle) return undefined;
  await source.run('SET synchronous_commit = local');
  await source.run(MARK);
  // The message took a number itself.
  return { lsn: await readPosition(source), next: String(next + 1n) };
}

/** How far the log of the source is written, and safe on its disk. */
export async function readPosition(source: Side): Promise<string> {
  const [flushed] = await source.query(Lsn, FLUSHED);
  if (flushed === undefined) throw new Error('A function gave no row.');
  return flushed.lsn;
}

/** How far the target has yet to go to a position of the source. Negative if it is past it. */
export async function distanceTo(position: string, source: Side, target: Side): Promise<Distance> {
  const replayed = await readReplayed(source, target);
  if (!replayed.known) return replayed;
  return { known: true, bytes: Number(bytesOf(position) - bytesOf(replayed.lsn)) };
}

/** A position of the log, `16/B374D848`, as a number of bytes (PostgreSQL documentation, pg_lsn). */
function bytesOf(lsn: string): bigint {
  const [high = '', low = ''] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
