import { closeRequest } from '../aws/approvals/close-request.ts';
import { readCardIfPossible } from '../aws/incident-card.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { Plan } from '../aws/plan.ts';
import { stackOptionsOf } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { closeAccount } from '../aws/reconcile/close-account.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { endedNotice } from '../core/notices.ts';
import {
  closingRules,
  endWords,
  reconcileLines,
  ReconcileParts,
} from '../core/reconcile/closing.ts';
import { whatIsLeft } from '../core/reconcile/left-to-do.ts';
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

export const handler = toHandler(closeReconciliation);
