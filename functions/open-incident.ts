import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { LOCK_SECONDS } from '../aws/lock.ts';
import type { Plan } from '../aws/plan.ts';
import { Plans } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import type { Triage } from '../aws/triage.ts';
import { decline, nextIncident, triage } from '../aws/triage.ts';
import { parseAlarmEvent } from '../core/alarm.ts';
import type { Incident } from '../core/incident.ts';
import { JsonValue } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * State OpenIncident: decides what an alarm means, and claims the plan's lock if it opens an
 * incident. A retry finds the incident that its execution opened, also if the attempt before it
 * was only late; of several alarms at once one wins the conditional write and the others are
 * declined as duplicates.
 */
export const openIncident = defineStep({
  name: 'OpenIncident',
  input: z.strictObject({ event: z.unknown(), executionArn: z.string() }),
  async run({ event, executionArn }, runtime): Promise<Triage> {
    const alarm = parseAlarmEvent(event);
    const plans = Plans.parse(await runtime.loadPlans());
    const plan = plans.find(({ detection }) => detection.alarms.includes(alarm.arn));
    const store = createIncidentStore(runtime);
    const opened = await store.findByExecution(executionArn);
    if (opened !== undefined && plan !== undefined) return await resume(runtime, plan, opened);
    const first = await triage(runtime, alarm, plan);
    if (plan === undefined) return await decline(runtime, first, alarm, plan, executionArn);
    if (first.outcome !== 'open') {
      // A claim of an attempt before this one may be on its way still: it must not land any more.
      const own = await store.forbidClaim(executionArn);
      if (own !== undefined) return await resume(runtime, plan, own);
      return await decline(runtime, first, alarm, plan, executionArn);
    }
    const incident = nextIncident(runtime, alarm, plan, first.lock, executionArn);
    const expiresAt = new Date(runtime.clock.now().getTime() + LOCK_SECONDS * 1000).toISOString();
    if (!(await store.claim(incident, first.lock, expiresAt))) {
      // A late attempt of this same execution may be who was quicker: nobody else runs its incident.
      const own = await store.findByExecution(executionArn);
      if (own !== undefined) return await resume(runtime, plan, own);
      return await decline(runtime, await triage(runtime, alarm, plan), alarm, plan, executionArn);
    }
    await recordOpened(runtime, incident);
    runtime.log.info(logEvents.alarmTriaged, { ruleId: first.ruleId, incident: incident.id });
    return { outcome: 'open', ruleId: first.ruleId, why: first.why, plan, incident };
  },
});

/** Goes on with the incident that this execution opened before. */
async function resume(runtime: Runtime, plan: Plan, incident: Incident): Promise<Triage> {
  await recordOpened(runtime, incident);
  return { outcome: 'open', ruleId: 'open', why: 'Opened before.', plan, incident };
}

/** The attempt that claimed the lock may have died before it could write this: written once. */
async function recordOpened(runtime: Runtime, incident: Incident): Promise<void> {
  await appendToLedger(
    runtime,
    incident.id,
    'opened',
    JsonValue.parse(incident),
    incident.openedAt,
  );
}

export const handler = toHandler(openIncident);
