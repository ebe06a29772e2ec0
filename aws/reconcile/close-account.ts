import { NotReadyError, StaleEpochError } from '../../core/errors.ts';
import type { Incident } from '../../core/incident.ts';
import { accountOf, closingRules, lastCompared } from '../../core/reconcile/closing.ts';
import type { ReconcileParts } from '../../core/reconcile/closing.ts';
import { decide } from '../../core/rules.ts';
import { createIncidentStore } from '../incident-store.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { markReconciled } from '../switchover/reconciled.ts';
import { RECONCILED } from '../switchover/standing.ts';

/**
 * If everything is accounted for, a replica may be built where the old primary is from now on. Why
 * not, if the table does not take the account; the lock is given back all the same.
 */
export async function closeAccount(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  parts: ReconcileParts,
): Promise<ReconcileParts['failure']> {
  if (decide(closingRules, parts).outcome !== 'reconciled') return null;
  const { planned } = incident;
  const store = createIncidentStore(runtime);
  const failover = { id: planned?.after ?? '' };
  try {
    // A run that was taken up again days later compared days ago: the lock is not its own any more.
    if ((await store.readSnapshot(failover, RECONCILED)) === undefined)
      await store.assertHolder(incident);
    await markReconciled(runtime, plan.name, {
      ...accountOf(lastCompared(parts)),
      by: parts.judged?.approval?.by ?? planned?.by ?? incident.id,
      reason: `Nothing is missing after ${incident.id}.`,
      ...(planned?.after !== undefined && { of: planned.after }),
    });
    return null;
  } catch (error) {
    if (error instanceof NotReadyError || error instanceof StaleEpochError)
      return { error: error.name, why: error.message };
    throw error;
  }
}
