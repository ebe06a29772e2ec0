import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { LOCK_SECONDS } from '../aws/lock.ts';
import { Plans } from '../aws/plan.ts';
import type { Plan } from '../aws/plan.ts';
import { courseTo } from '../aws/reverse-plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { declineSwitchover, judgeRequest } from '../aws/switchover/asked-for.ts';
import { judgeOpening, nextSwitchover } from '../aws/switchover/opening.ts';
import { InvalidInputError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import { JsonValue } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';
import type { Decision } from '../core/rules.ts';
import { SwitchoverRequest } from '../core/switchover/request.ts';

/**
 * State OpenSwitchover: whether a service may be moved as it is asked for, and the claim of the
 * plan's lock if it may. A retry finds the incident that its execution opened. The plan that it gives
 * to the states after it is the one whose standby is the Region to which the service moves.
 */
export const openSwitchover = defineStep({
  name: 'OpenSwitchover',
  input: z.strictObject({ request: SwitchoverRequest, executionArn: z.string() }),
  async run({ request, executionArn }, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const plan = plans.find(({ name }) => name === request.plan);
    const asked = judgeRequest(plans, plan, request);
    if (plan === undefined || asked.outcome === 'decline')
      return await declineUnread(runtime, request, executionArn, asked);
    const course = courseTo(plan, request.to);
    const store = createIncidentStore(runtime);
    const opened = await store.findByExecution(executionArn);
    if (opened !== undefined) return await open(runtime, course, opened, request, 'Opened before.');
    const { decision, standing } = await judgeOpening(runtime, plan, course);
    if (decision.outcome === 'decline') {
      const own = await store.forbidClaim(executionArn);
      if (own !== undefined) return await open(runtime, course, own, request, 'Opened before.');
      return await declineSwitchover(runtime, course, request, decision);
    }
    const incident = nextSwitchover(runtime, request, standing, executionArn);
    const expiresAt = new Date(runtime.clock.now().getTime() + LOCK_SECONDS * 1000).toISOString();
    if (await store.claim(incident, standing.lock, expiresAt))
      return await open(runtime, course, incident, request, decision.why);
    const own = await store.findByExecution(executionArn);
    if (own !== undefined) return await open(runtime, course, own, request, 'Opened before.');
    const why = 'Another run of this plan was quicker by an instant.';
    return await declineSwitchover(runtime, course, request, { ruleId: 'run-at-work', why });
  },
});

async function open(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  { action }: SwitchoverRequest,
  why: string,
) {
  const { id, openedAt } = incident;
  await appendToLedger(runtime, id, 'opened', JsonValue.parse(incident), openedAt);
  runtime.log.info(logEvents.switchoverOpened, { incident: id, why });
  return { outcome: 'open' as const, ruleId: 'open', why, action, plan, incident };
}

/** Nothing was read. An attempt before this one may have opened it by a plan that is gone since. */
async function declineUnread(
  runtime: Runtime,
  request: SwitchoverRequest,
  executionArn: string,
  { ruleId, why }: Decision<'read' | 'decline'>,
) {
  const own = await createIncidentStore(runtime).forbidClaim(executionArn);
  if (own !== undefined) throw new InvalidInputError(`${own.id} was opened, and then: ${why}`);
  return await declineSwitchover(runtime, null, request, { ruleId, why });
}

export const handler = toHandler(openSwitchover);
