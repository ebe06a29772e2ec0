import { NotReadyError } from '../../core/errors.ts';
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
}

/**
 * Keeps the slot of one database where its standby is. Once the standby was promoted the old primary's
 * slot is what explains the writes that never crossed, and stays as it is.
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
  if (writer !== plan.regions.primary)
    return {
      ...{ plan: plan.name, id, outcome: 'left' },
      why: `The writer is not in ${plan.regions.primary}: the slot there explains what it holds.`,
    };
  const { replayed, parked } = await withPair(runtime, plan, database, async (pair) => {
    return await keepSlotOf(pair.source, pair.target);
  });
  const { outcome, why } = decide(slotRules, parked);
  if (outcome === 'bad') throw new NotReadyError(`${id}: ${why}`);
  const words = replayed.known ? why : `${why} It was not advanced: ${replayed.reason}`;
  return { plan: plan.name, id, outcome: parked.outcome, why: words };
}
