import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { fenceHolds, fenceOldPrimary, findService, promotedIncident } from '../aws/old-primary.ts';
import type { Plan } from '../aws/plan.ts';
import { Plans } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { logEvents } from '../core/log-events.ts';
import { returnedNotice } from '../core/notices.ts';
import { decide } from '../core/rules.ts';
import { returnRules, watchRules } from '../core/watch.ts';

/**
 * Runs every minute: an old primary that could not be fenced, because its Region was gone, is
 * fenced as soon as it can be, and people are told. It must not take one write more than that.
 * Safe to repeat: a fence only ever tightens, and nobody is told twice of the same grade.
 */
export const onSchedule = defineStep({
  name: 'OnSchedule',
  input: z.object({}),
  async run(_event, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const done = await Promise.allSettled(plans.map(async (plan) => await watch(plan, runtime)));
    // One plan's trouble keeps no other from being watched.
    for (const each of done) if (each.status === 'rejected') throw each.reason;
    return { plans: done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])) };
  },
});

async function watch(plan: Plan, runtime: Runtime) {
  const store = createIncidentStore(runtime);
  const lock = await store.readLock(plan.name);
  if (lock?.promotedAt === undefined) return { plan: plan.name, ruleId: 'nothing-promoted' };
  const incident = await promotedIncident(runtime, plan, lock);
  if (incident === undefined) return { plan: plan.name, ruleId: 'incident-unknown' };
  const isFenced = (await store.readSnapshot(incident, fenceHolds)) !== undefined;
  const killSwitch = await readKillSwitch(runtime, plan.name);
  const watched = decide(watchRules, { lock, killSwitch, isFenced });
  if (watched.outcome === 'rest') return { plan: plan.name, ruleId: watched.ruleId };
  const found = decide(returnRules, await findService(runtime, plan, incident));
  runtime.log.info(logEvents.oldPrimaryWatched, { incident: incident.id, ...found });
  if (found.outcome === 'leave') return { plan: plan.name, ruleId: found.ruleId };
  const { grade, evidence } = await fenceOldPrimary(runtime, plan, incident);
  if (grade === 'none') return { plan: plan.name, ruleId: found.ruleId, grade };
  await appendToLedger(runtime, incident.id, 'old-primary-fenced', { grade, evidence });
  await tell(runtime, plan, returnedNotice(incident, grade, evidence));
  if (grade === 'confirmed') {
    const at = runtime.clock.now().toISOString();
    await store.snapshotOnce(incident, fenceHolds, { at, evidence: [...evidence] });
  }
  return { plan: plan.name, ruleId: found.ruleId, grade };
}

export const handler = toHandler(onSchedule);
