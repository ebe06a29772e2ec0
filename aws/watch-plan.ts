import { logEvents } from '../core/log-events.ts';
import { notBegunNotice } from '../core/return-notices.ts';
import { decide } from '../core/rules.ts';
import { returnRules, watchRules } from '../core/watch.ts';
import { isEvidenceLost, keepEvidence, unkeptDatabases } from './evidence.ts';
import { fenceOldPrimary } from './fence-old-primary.ts';
import { createIncidentStore } from './incident-store.ts';
import { readKillSwitch } from './kill-switch.ts';
import { tell } from './notify.ts';
import type { Watched } from './old-primary.ts';
import { findService, readWatched, unreachedFences } from './old-primary.ts';
import type { Database, Plan } from './plan.ts';
import { BEGUN } from './reconcile/opening.ts';
import { startOnReturn } from './reconcile/start.ts';
import { stackOptionsOf } from './runtime.ts';
import type { Runtime } from './runtime.ts';
import { readBeginning, wordsOfEnd } from './start-run.ts';
import { RECONCILED } from './switchover/standing.ts';

/**
 * Looks for the old primary of one plan: fences it, keeps what it holds, and has that accounted for.
 * Safe to repeat.
 */
export async function watchPlan(plan: Plan, runtime: Runtime) {
  const lock = await createIncidentStore(runtime).readLock(plan.name);
  if (lock?.promotedAt === undefined) return { plan: plan.name, ruleId: 'nothing-promoted' };
  const watched = await readWatched(runtime, lock.promotedBy ?? lock.incidentId);
  if (watched === undefined) return { plan: plan.name, ruleId: 'incident-unknown' };
  const before = await look(runtime, plan, watched);
  if (before.outcome === 'rest') return { plan: plan.name, ruleId: before.ruleId };
  const found = decide(returnRules, await findService(runtime, watched));
  runtime.log.info(logEvents.oldPrimaryWatched, { incident: watched.incident.id, ...found });
  if (found.outcome === 'leave') return { plan: plan.name, ruleId: found.ruleId };
  // Looking took seconds: somebody may have taken over meanwhile.
  const now = await look(runtime, plan, watched);
  if (now.outcome === 'rest') return { plan: plan.name, ruleId: now.ruleId };
  const tried = await fenceOldPrimary(runtime, plan, watched, now.fences);
  // The fence comes first: it must not take one write more.
  const isFenced = tried.every(({ isComplete }) => isComplete);
  const kept = isFenced ? await keepAll(runtime, plan, watched, now.unkept) : [];
  const isKept = isFenced && kept.length === now.unkept.length && kept.every(isSettled);
  if (isKept && now.isUnstarted) await start(runtime, plan, watched);
  return { plan: plan.name, ruleId: found.ruleId, tried, kept };
}

type Kept = Awaited<ReturnType<typeof keepEvidence>>;

const isSettled = ({ outcome }: Kept): boolean => outcome === 'kept';

/** What cannot be read now is looked at in the next minute: the Region may be gone still. */
async function keepAll(
  runtime: Runtime,
  plan: Plan,
  watched: Watched,
  databases: readonly Database[],
): Promise<readonly Kept[]> {
  const done = await Promise.allSettled(
    databases.map(async (database) => await keepEvidence(runtime, plan, watched, database)),
  );
  return done.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/** A run that has begun holds the plan, and says so in the table; of one that did not, people hear. */
async function start(runtime: Runtime, deployed: Plan, { incident }: Watched): Promise<void> {
  const beginning = await readBeginning(runtime, await startOnReturn(runtime, incident));
  if (beginning.is === 'over')
    await tell(
      runtime,
      deployed,
      notBegunNotice(incident, wordsOfEnd(beginning.words), stackOptionsOf(runtime.environment)),
    );
}

/** What the table and the switch say at this moment. */
async function look(runtime: Runtime, deployed: Plan, watched: Watched) {
  const { plan } = watched.incident;
  const lock = await createIncidentStore(runtime).readLock(plan);
  const isOther = (lock?.promotedBy ?? lock?.incidentId) !== watched.incident.id;
  const fences = isOther ? [] : await unreachedFences(runtime, watched);
  const unkept = isOther ? [] : await unkeptDatabases(runtime, watched);
  const isUnstarted = !isOther && (await hasToBeStarted(runtime, deployed, watched));
  const killSwitch = await readKillSwitch(runtime, plan);
  const facts = {
    ...{ lock, killSwitch, isUnstarted },
    unreached: fences.map(({ id }) => id),
    unkept: unkept.map(({ id }) => id),
  };
  const decision = decide(watchRules, { ...facts, now: runtime.clock.now() });
  return { fences, unkept, isUnstarted, ...decision };
}

/** Whether the plan wants what the old primary holds accounted for by itself, and nobody has begun. */
async function hasToBeStarted(
  runtime: Runtime,
  { reconciliation }: Plan,
  watched: Watched,
): Promise<boolean> {
  const { incident } = watched;
  if (reconciliation?.start !== 'automatic' || incident.planned !== undefined) return false;
  // People were told that there is nothing to compare, or not all of it.
  if (await isEvidenceLost(runtime, watched)) return false;
  const store = createIncidentStore(runtime);
  const marks = [BEGUN, RECONCILED].map((thing) => store.readSnapshot(incident, thing));
  return (await Promise.all(marks)).every((mark) => mark === undefined);
}
