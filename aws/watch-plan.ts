import { logEvents } from '../core/log-events.ts';
import { returnedNotice } from '../core/notices.ts';
import { decide } from '../core/rules.ts';
import { isStillGone, returnRules, watchRules } from '../core/watch.ts';
import { keepEvidence, unkeptDatabases } from './evidence.ts';
import { createIncidentStore } from './incident-store.ts';
import { readKillSwitch } from './kill-switch.ts';
import { appendToLedger } from './ledger.ts';
import { tell } from './notify.ts';
import type { Watched } from './old-primary.ts';
import { findService, keepForWatch, readWatched, unreachedFences } from './old-primary.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { tryFence } from './try-fence.ts';

/** Looks for the old primary of one plan: fences it, and keeps what it holds. Safe to repeat. */
export async function watchPlan(plan: Plan, runtime: Runtime) {
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
  // The fence comes first: it must not take one write more.
  const isFenced = tried.every(({ isComplete }) => isComplete);
  const kept = isFenced ? await keepAll(runtime, plan, watched, now.unkept) : [];
  return { plan: plan.name, ruleId: found.ruleId, tried, kept };
}

/** What cannot be read now is looked at in the next minute: the Region may be gone still. */
async function keepAll(
  runtime: Runtime,
  plan: Plan,
  watched: Watched,
  databases: Awaited<ReturnType<typeof unkeptDatabases>>,
) {
  const done = await Promise.allSettled(
    databases.map(async (database) => await keepEvidence(runtime, plan, watched, database)),
  );
  return done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** What the table and the switch say at this moment. */
async function look(runtime: Runtime, watched: Watched) {
  const { plan } = watched.incident;
  const lock = await createIncidentStore(runtime).readLock(plan);
  const isOther = lock?.incidentId !== watched.incident.id;
  const fences = isOther ? [] : await unreachedFences(runtime, watched);
  const unkept = isOther ? [] : await unkeptDatabases(runtime, watched);
  const killSwitch = await readKillSwitch(runtime, plan);
  const facts = {
    ...{ lock, killSwitch },
    unreached: fences.map(({ id }) => id),
    unkept: unkept.map(({ id }) => id),
  };
  return { fences, unkept, ...decide(watchRules, { ...facts, now: runtime.clock.now() }) };
}
