import { NotReadyError, UnreachableError } from '../../core/errors.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import { slotRules } from '../../core/reconcile/slot-health.ts';
import { decide } from '../../core/rules.ts';
import type { Database, Plan } from '../plan.ts';
import { keepSlotOf } from '../postgres/keep-slot.ts';
import { withPair } from '../postgres/open-database.ts';
import type { Runtime } from '../runtime.ts';
import { readStanding } from '../switchover/standing.ts';

/** What became of the slot of one database. */
export interface KeptSlot {
  readonly plan: string;
  readonly id: string;
  readonly outcome: 'parked' | 'advanced' | 'left';
  readonly why: string;
  /** Tables whose changes the slot does not have, and why. */
  readonly unwatched: readonly string[];
}

/**
 * Keeps the slot of one database where its standby is. Once the standby was promoted the old primary's
 * slot is what explains the writes that never crossed, and stays as it is; where the table knows of the
 * promotion, that is no failure.
 * @throws NotReadyError if the slot will not explain an outage that begins now, or they are no primary
 *   and standby; UnreachableError if one does not answer
 */
export async function keepSlotFor(
  runtime: Runtime,
  plan: Plan,
  database: Database,
): Promise<KeptSlot> {
  const { id } = database;
  const { writer } = await readStanding(runtime, plan);
  const pass = await withPair(runtime, plan, database, async (pair) => {
    return await keepSlotOf(pair.source, pair.target);
  }).catch((error: unknown) => {
    // After a promotion they are no primary and standby any more. The table may say so of one that was
    // asked for and never came: then they are, and the slot is kept.
    const isExpected = error instanceof NotReadyError || error instanceof UnreachableError;
    if (writer === plan.regions.primary || !isExpected) throw error;
    return error.message;
  });
  if (typeof pass === 'string')
    return { plan: plan.name, id, outcome: 'left', why: pass, unwatched: [] };
  const { replayed, parked } = pass;
  const { outcome, why } = decide(slotRules, parked);
  if (outcome === 'bad') throw new NotReadyError(`${id}: ${why}`);
  const words = replayed.known ? why : `${why} It was not advanced: ${replayed.reason}`;
  const unwatched = parked.unwatched.map((each) => `${nameOf(each)}: ${each.why}`);
  return { plan: plan.name, id, outcome: parked.outcome, why: words, unwatched };
}
