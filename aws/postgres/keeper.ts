import pg from 'pg';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { SlotFacts } from '../../core/reconcile/slot-health.ts';
import { NO_PERMISSION } from './errors.ts';
import { watchTables } from './publication.ts';
import type { Unwatched } from './publication.ts';
import type { Side } from './side.ts';
import type { SlotState } from './slot-state.ts';
import { readSlotState, SLOT } from './slot-state.ts';

/** What became of the slot, and what to raise an alarm about. */
export interface Parked extends SlotFacts {
  readonly outcome: 'parked' | 'advanced' | 'left';
  /** It has everything that is committed after this. */
  readonly confirmed: string | null;
  /** Log that may still be written before the slot may be lost; null if that is not known. */
  readonly safeBytes: number | null;
  /** Tables whose changes the slot does not have, and why. */
  readonly unwatched: readonly Unwatched[];
}

/** A new slot waits for the transactions that are open; somebody else may run this meanwhile. */
const MOST_SECONDS = 30;
/** Advancing reads the log in between; what is broken off has to be read again. */
const MOST_SECONDS_TO_ADVANCE = 90;

const Settings = z.object({ walLevel: z.string(), limitMegabytes: z.number() });
const SETTINGS = `
  SELECT current_setting('wal_level') AS "walLevel", coalesce((
    SELECT setting::float8 FROM pg_settings WHERE name = 'max_slot_wal_keep_size'
  ), -1) AS "limitMegabytes"`;

/**
 * Parks the slot on a primary, or advances it to what the standby has replayed, and no further: the
 * standby may be promoted at any time, and everything after that is what it would lack. Safe to
 * repeat. `replayedLsn` undefined leaves the slot where it is.
 * @throws NotReadyError if the primary keeps no logical log, or would keep it without a limit
 */
export async function parkSlot(primary: Side, replayedLsn: string | undefined): Promise<Parked> {
  const limitBytes = await assertCanPark(primary);
  try {
    return { limitBytes, ...(await park(primary, replayedLsn)) };
  } catch (error) {
    const why = error instanceof pg.DatabaseError ? wordsFor(error) : undefined;
    if (why === undefined) throw error;
    throw new NotReadyError(`${primary.name} ${why}`, { cause: error });
  }
}

async function park(primary: Side, replayedLsn: string | undefined) {
  await primary.run(`SET statement_timeout = '${MOST_SECONDS}s'`);
  // Before the slot: what was written before there was a publication cannot be read with it.
  const unwatched = await watchTables(primary);
  const before = await readSlotState(primary);
  assertIsOurs(before);
  let outcome: Parked['outcome'] = 'left';
  if (before === undefined) {
    await primary.run(`SELECT pg_create_logical_replication_slot('${SLOT}', 'pgoutput')`);
    outcome = 'parked';
  } else if (before.walStatus !== 'lost' && replayedLsn !== undefined) {
    await primary.run(`SET statement_timeout = '${MOST_SECONDS_TO_ADVANCE}s'`);
    if (await advance(primary, replayedLsn)) outcome = 'advanced';
  }
  const state = await readSlotState(primary);
  if (state === undefined) throw new NotReadyError(`Somebody dropped the slot ${SLOT} meanwhile.`);
  const { confirmed, walStatus, heldBytes, safeBytes } = state;
  return { outcome, confirmed, walStatus, heldBytes, safeBytes, unwatched };
}

/** The most log that a slot may keep, in bytes. */
async function assertCanPark(primary: Side): Promise<number> {
  const [settings] = await primary.query(Settings, SETTINGS);
  if (settings === undefined) throw new Error('A server says nothing of its settings.');
  const { walLevel, limitMegabytes } = settings;
  if (walLevel !== 'logical') {
    throw new NotReadyError(
      `${primary.name} has wal_level ${walLevel}; expected logical (on RDS: rds.logical_replication = 1, and a restart).`,
    );
  }
  if (limitMegabytes < 0) {
    throw new NotReadyError(
      `${primary.name} has max_slot_wal_keep_size -1: a slot may fill its disk. Set a limit first.`,
    );
  }
  return limitMegabytes * 1024 ** 2;
}

function assertIsOurs(state: SlotState | undefined): void {
  if (state === undefined || (state.plugin === 'pgoutput' && state.isHere)) return;
  throw new NotReadyError(
    `Found a slot ${SLOT} with the plugin ${state.plugin ?? 'none'} in the database ` +
      `${state.database ?? 'unknown'}; expected pgoutput, in this one. A server has one such slot.`,
  );
}

function wordsFor({ code, message }: pg.DatabaseError): string | undefined {
  if (code === '57014')
    return (
      `has transactions that have been open for more than ${MOST_SECONDS} s, for whose end a new slot ` +
      'waits (try again); or what is to be read to advance the slot takes more than ' +
      `${MOST_SECONDS_TO_ADVANCE} s (drop it, and the next run parks a new one).`
    );
  if (code === NO_PERMISSION)
    return (
      `does not let this role keep a slot: ${message}. It needs REPLICATION (on RDS: ` +
      'rds_replication), CREATE on the database, and what the owner of the tables may.'
    );
  return undefined;
}

/** Advances the slot; false if it is there already. It never goes back. */
async function advance(primary: Side, replayedLsn: string): Promise<boolean> {
  const sql = `
    SELECT pg_replication_slot_advance(slot_name, least($1::pg_lsn, pg_current_wal_flush_lsn()))
    FROM pg_replication_slots WHERE slot_name = '${SLOT}' AND confirmed_flush_lsn < $1::pg_lsn`;
  return (await primary.run(sql, [replayedLsn])) === 1;
}
