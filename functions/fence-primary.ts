import * as z from 'zod';
import { tryFence } from '../aws/try-fence.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { holdingFences, keepForWatch } from '../aws/old-primary.ts';
import { Plan } from '../aws/plan.ts';
import type { Fencing } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Brief, unfencedBrief } from '../core/approval/brief.ts';
import { bestGrade, fenceRules, heldGrade } from '../core/authorization.ts';
import type { TriedFence } from '../core/authorization.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { decide } from '../core/rules.ts';
import type { Tried } from '../core/watch.ts';

/**
 * States FencePrimary and RefencePrimary: keeps the old primary from serving writes, by every
 * driver of the plan at once, and says how sure that is. What has to be put back is kept before
 * anything is changed. Only ever tightens, so that it can run any number of times.
 */
export const fencePrimary = defineStep({
  name: 'FencePrimary',
  input: z.strictObject({
    plan: Plan,
    incident: Incident,
    approvedByHuman: z.boolean(),
    /** What the promotion was decided on: the base of the question, if one has to be asked. */
    brief: Brief,
    /** After the promotion only the fence itself counts: there is no way back to refuse. */
    afterPromotion: z.boolean(),
  }),
  async run({ plan, incident, approvedByHuman, brief, afterPromotion }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    if (!afterPromotion) await refuseIfPaused(runtime, plan.name);
    const drivers = await Promise.all(
      plan.fencing.map(async (driver) => await tryFence(runtime, plan, incident, driver)),
    );
    const grade =
      incident.planned === undefined
        ? bestGrade(drivers.map((driver) => driver.grade))
        : heldGrade(holdingFences(plan).flatMap((fence) => triedOf(fence, drivers)));
    const decision = decide(fenceRules, {
      grade,
      unfenced: plan.authorization.unfenced,
      approvedByHuman,
      isPlanned: incident.planned !== undefined,
    });
    const evidence = drivers.map(({ id, why }) => `Fence ${id}: ${why}`);
    const at = runtime.clock.now().toISOString();
    const question = unfencedBrief(brief, decision.why, evidence);
    const result = { ...decision, grade, drivers, evidence, brief: question, at };
    await appendToLedger(runtime, incident.id, 'fence', result);
    await keepForWatch(runtime, { plan, incident }, drivers);
    runtime.log.info(logEvents.primaryFenced, { grade, drivers, incident: incident.id });
    return result;
  },
});

/** What came of a fence that keeps applications from their database. */
function triedOf(fence: Fencing, drivers: readonly Tried[]): TriedFence[] {
  const isProvable = fence.kind === 'securityGroup' && fence.proof !== undefined;
  return drivers.flatMap((tried) => (tried.id === fence.id ? { ...tried, isProvable } : []));
}

export const handler = toHandler(fencePrimary);
