import * as z from 'zod';
import { findIneligible } from '../aws/eligibility.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { promotionBrief } from '../core/approval/brief.ts';
import { ApprovedFacts, approvedFacts, changesSince } from '../core/approval/coverage.ts';
import { authorizationRules } from '../core/authorization.ts';
import { DataLoss } from '../core/data-loss.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { Round } from '../core/outage.ts';
import { decide } from '../core/rules.ts';
import { isCoolingDown } from '../core/triage.ts';

/**
 * State Authorize: whether the promotion may happen by itself, needs a human, or must not happen.
 * Reads the kill switch and the replicas again: the alarm's triage is minutes old by now. Comes
 * again after an approval, with a fresh look: what got worse since is asked anew.
 */
export const authorize = defineStep({
  name: 'Authorize',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    verdict: z.enum(['confirmed', 'undecided']),
    /** The newest look at the primary. */
    round: Round,
    dataLoss: DataLoss,
    /** The facts that were approved; null if nobody was asked yet. */
    approved: ApprovedFacts.nullable(),
  }),
  async run({ plan, incident, verdict, round, dataLoss, approved }, runtime) {
    const store = createIncidentStore(runtime);
    await store.assertHolder(incident);
    const { regions, objectives, authorization, detection } = plan;
    const controls = detection.controls.map(({ id }) => id);
    const facts = approvedFacts(round, dataLoss, controls);
    const decision = decide(authorizationRules, {
      verdict,
      dataLoss,
      rpoSeconds: objectives.rpoSeconds,
      authorization,
      killSwitch: await readKillSwitch(runtime, plan.name),
      coolingDown: isCoolingDown(
        await store.readLock(plan.name),
        plan.cooldownSeconds,
        runtime.clock.now(),
      ),
      ineligible: await findIneligible(runtime, plan),
      hasFence: plan.fencing.length > 0,
      worseSinceApproval: approved === null ? undefined : changesSince(approved, facts),
    });
    const brief = promotionBrief({
      ...{ incident, regions, verdict, round, dataLoss, controls },
      rpoSeconds: objectives.rpoSeconds,
      question: decision.why,
      onExpiry: authorization.onExpiry,
    });
    const at = runtime.clock.now().toISOString();
    const result = { ...decision, brief, facts, at };
    await appendToLedger(runtime, incident.id, 'authorization', result);
    runtime.log.info(logEvents.authorizationDecided, { ...decision, incident: incident.id });
    return result;
  },
});

export const handler = toHandler(authorize);
