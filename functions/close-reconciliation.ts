import { closeRequest } from '../aws/approvals/close-request.ts';
import { readCardIfPossible } from '../aws/incident-card.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import { stackOptionsOf } from '../aws/runtime.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { markReconciled } from '../aws/switchover/reconciled.ts';
import { RECONCILED } from '../aws/switchover/standing.ts';
import { NotReadyError, StaleEpochError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { endedNotice } from '../core/notices.ts';
import {
  accountOf,
  closingRules,
  endWords,
  lastCompared,
  reconcileLines,
  ReconcileParts,
  whatIsLeft,
} from '../core/reconcile/closing.ts';
import { decide } from '../core/rules.ts';
import { endingTold } from '../core/story.ts';

/**
 * State CloseReconciliation: closes the account of the failover if everything is accounted for, gives
 * the lock back and tells. Everything is written under fixed names or conditions, so that it can run
 * twice. Fails if nobody could be told, after everything else is done.
 */
export const closeReconciliation = defineStep({
  name: 'CloseReconciliation',
  input: ReconcileParts.extend({ plan: Plan, incident: Incident }),
  async run({ plan, incident, ...states }, runtime) {
    const failure = states.failure ?? (await closeAccount(runtime, plan, incident, states));
    const parts = { ...states, failure };
    const { outcome, ruleId, why } = decide(closingRules, parts);
    const stackOptions = stackOptionsOf(runtime.environment);
    const left = whatIsLeft(outcome, parts, { plan: plan.name, stackOptions });
    const lines = reconcileLines(why, parts, left);
    const end = { outcome, ruleId, why, lines };
    await appendToLedger(runtime, incident.id, 'closed', end);
    await closeRequest(runtime, incident.id);
    await createIncidentStore(runtime).close(incident, outcome);
    runtime.log.info(logEvents.reconciliationClosed, { incident: incident.id, ...end });
    const card = await readCardIfPossible(runtime, incident.id);
    const message = endedNotice(incident, outcome, lines, card, endWords[outcome]);
    const { channels: told } = await tell(runtime, plan, message);
    await createIncidentStore(runtime).snapshotOnce(incident, endingTold, [...told]);
    return { ...end, told };
  },
});

/**
 * If everything is accounted for, a replica may be built where the old primary is from now on. Why
 * not, if the table does not take the account; the lock is given back all the same.
 */
async function closeAccount(
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

export const handler = toHandler(closeReconciliation);
