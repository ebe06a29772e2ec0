import { keepSlot } from '../../aws/postgres/keep-slot.ts';
import type { LabClock } from '../clock.ts';
import type { Parts } from '../parts/world-parts.ts';

/** Enough for any drill, and a limit: without one nobody keeps a slot. */
const LIMIT = `ALTER SYSTEM SET max_slot_wal_keep_size = '128MB'`;

/**
 * Keeps the slot on the primary as `failover keep` does, every second instead of every minute, until
 * told to stop. A pass that fails is the outage: the slot stays where it was parked.
 */
export async function keepEverySecond(
  { primary, standby }: Parts,
  clock: LabClock,
  signal: AbortSignal,
): Promise<void> {
  await primary.database.execute(LIMIT);
  await primary.database.execute('SELECT pg_reload_conf()');
  const isOver = (): boolean => signal.aborted;
  const pass = async (): Promise<unknown> =>
    await keepSlot(primary.database.url(), standby.database.url());
  while (!isOver()) {
    await pass().catch(() => undefined);
    await clock.sleep(1000, signal).catch(() => undefined);
  }
}
