import * as z from 'zod';
import { createIncidentStore } from '../aws/incident-store.ts';
import { readKillSwitch } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { tell } from '../aws/notify.ts';
import { findService, keepForWatch, readWatched, unreachedFences } from '../aws/old-primary.ts';
import type { Watched } from '../aws/old-primary.ts';
import type { Plan } from '../aws/plan.ts';
import { Plans } from '../aws/plan.ts';
import type { Runtime } from '../aws/runtime.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { tryFence } from '../aws/try-fence.ts';
import { describeError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import { returnedNotice } from '../core/notices.ts';
import { decide } from '../core/rules.ts';
import { isStillGone, returnRules, watchRules } from '../core/watch.ts';

/**
 * Runs every minute: an old primary that could not be fenced, because its Region was gone, is
 * fenced as soon as it can be, and people are told. Each fence is reached once, and then left to
 * people. Safe to repeat: a fence only ever tightens, and nobody is told the same twice.
 */
export const onSchedule = defineStep({
  name: 'OnSchedule',
  input: z.object({}),
  async run(_event, runtime) {
    const plans = Plans.parse(await runtime.loadPlans());
    const done = await Promise.allSettled(plans.map(async (plan) => await watch(plan, runtime)));
    const failed = done.flatMap((each, at): unknown[] => {
      if (each.status === 'fulfilled') return [];
      const problem = describeError(each.reason);
      runtime.log.error(logEvents.watchFailed, { plan: plans[at]?.name, problem });
      return [each.reason];
    });
    // One plan's trouble keeps no other from being watched.
    if (failed.length > 0) throw failed[0];
    return { plans: done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])) };
  },
});

async function watch(plan: Plan, runtime: Runtime) {
  const lock = await createIncidentStore(runtime).readLock(plan.name);
  if (lock?.promotedAt === undefined) return { plan: plan.name, ruleId: 'nothing-promoted' };
  const watched = await readWatched(runtime, lock.incidentId);
  if (watched === undefined) return { plan: plan.name, ruleId: 'incident-unknown' };
  const before = await look(runtime, watched);
  if (before.outcome === 'rest') return { plan: plan.name, ruleId: before.ruleId };
  const found = decide(returnRules, await findService(runtime, watched));
  runtime.log.info(logEvents.oldPrimaryWatched, { incident: watched.incident.id, ...found });
  if (found.outcome === 'leave') return { plan: plan.name, ruleId: found.ruleId };
  // Looking took seconds: somebody may have taken over meanwhile.
  const now = await look(runtime, watched);
  if (now.outcome === 'rest') return { plan: plan.name, ruleId: now.ruleId };
  const tried = await Promise.all(
    now.fences.map(async (fence) => await tryFence(runtime, watched.plan, watched.incident, fence)),
  );
  const news = tried.filter((each) => !isStillGone(each));
  if (news.length > 0) {
    const { incident } = watched;
    if (news.some(({ isComplete }) => isComplete))
      await appendToLedger(runtime, incident.id, 'old-primary-fenced', { tried: news });
    await tell(runtime, plan, returnedNotice(incident, news));
    await keepForWatch(runtime, watched, news);
  }
  return { plan: plan.name, ruleId: found.ruleId, tried };
}

/** What the table and the switch say at this moment. */
async function look(runtime: Runtime, watched: Watched) {
  const { plan } = watched.incident;
  const lock = await createIncidentStore(runtime).readLock(plan);
  const isOther = lock?.incidentId !== watched.incident.id;
  const fences = isOther ? [] : await unreachedFences(runtime, watched);
  const killSwitch = await readKillSwitch(runtime, plan);
  const facts = { lock, killSwitch, unreached: fences.map(({ id }) => id) };
  return { fences, ...decide(watchRules, { ...facts, now: runtime.clock.now() }) };
}

export const handler = toHandler(onSchedule);
