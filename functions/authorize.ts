import * as z from 'zod';
import { findIneligible } from '../aws/eligibility.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { authorizationRules } from '../core/authorization.ts';
import { DataLoss } from '../core/data-loss.ts';
import { digestOf } from '../core/digest.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { Observation } from '../core/outage.ts';
import { decide } from '../core/rules.ts';
import { isCoolingDown } from '../core/triage.ts';

/**
 * State Authorize: whether the promotion may happen by itself, needs a human, or must not happen.
 * Reads the kill switch and the replicas again: the alarm's triage is minutes old by now.
 */
export const authorize = defineStep({
  name: 'Authorize',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    verdict: z.enum(['confirmed', 'undecided']),
    observation: Observation,
    dataLoss: DataLoss,
  }),
  async run({ plan, incident, verdict, observation, dataLoss }, runtime) {
    const store = createIncidentStore(runtime);
    await store.assertHolder(incident);
    const decision = decide(authorizationRules, {
      verdict,
      dataLoss,
      rpoSeconds: plan.objectives.rpoSeconds,
      authorization: plan.authorization,
      killSwitch: await readKillSwitch(runtime, plan.name),
      coolingDown: isCoolingDown(
        await store.readLock(plan.name),
        plan.cooldownSeconds,
        runtime.clock.now(),
      ),
      ineligible: await findIneligible(runtime, plan),
      hasFence: plan.fencing.length > 0,
    });
    const evidence = [
      `Outage ${verdict}: ${observation.rounds.at(-1)?.why ?? 'no round'}`,
      dataLoss.known
        ? `At most ${dataLoss.boundSeconds} s of writes lost (${dataLoss.source}, ${dataLoss.sampleAt})`
        : `Loss unknown: ${dataLoss.reason}`,
      'If the old primary cannot be fenced, both databases may take writes until it is.',
    ];
    const at = runtime.clock.now().toISOString();
    const evidenceDigest = digestOf({ incident: incident.id, epoch: incident.epoch, evidence });
    const result = { ...decision, evidence, evidenceDigest, at };
    await appendToLedger(runtime, incident.id, 'authorization', result);
    runtime.log.info(logEvents.authorizationDecided, { ...decision, incident: incident.id });
    return result;
  },
});

export const handler = toHandler(authorize);
