import type { BaselineOutcome } from '../core/drift/baseline.ts';
import { baselineRules } from '../core/drift/baseline.ts';
import type { Reading } from '../core/drift/difference.ts';
import type { DriftReport } from '../core/drift/lines.ts';
import { missingDrivers } from '../core/drift/plan-then.ts';
import { describeError, NotReadyError } from '../core/errors.ts';
import { decide } from '../core/rules.ts';
import type { Before, DriftSubject } from './drivers/driver.ts';
import { driftSubjects } from './drivers/drift.ts';
import { readCard } from './incident-card.ts';
import { createIncidentStore } from './incident-store.ts';
import { readWatched } from './old-primary.ts';
import type { Plan } from './plan.ts';
import { readAgain } from './read-again.ts';
import { courseOf } from './reverse-plan.ts';
import type { Runtime } from './runtime.ts';

/** Whose snapshots say how things were before, and why. */
interface Baseline {
  readonly incidentId: string | undefined;
  readonly why: string;
  readonly beforeOf: (thing: string) => Promise<Before>;
}

/**
 * Reads everything that a failover of the plan changes, and says what is not as it was before.
 * Changes nothing. What cannot be read is said by name, and keeps nothing else from being read.
 * @throws NotReadyError if the named incident is not one of the plan's
 */
export async function findDrift(
  runtime: Runtime,
  plan: Plan,
  incidentId?: string,
): Promise<DriftReport> {
  const baseline = await findBaseline(runtime, plan, incidentId);
  const course = await findCourse(runtime, plan, baseline.incidentId);
  const subjects = driftSubjects(course, runtime, baseline.beforeOf);
  const readings = await Promise.all(subjects.map(readSubject));
  const missing = await findMissing(runtime, course, baseline.incidentId);
  return {
    ...{ plan: plan.name, incidentId: baseline.incidentId, why: baseline.why },
    readings: [...readings, ...missing],
  };
}

/** The plan as the incident followed it: a switchover that went home has changed the other side. */
async function findCourse(
  runtime: Runtime,
  plan: Plan,
  incidentId: string | undefined,
): Promise<Plan> {
  if (incidentId === undefined) return plan;
  // What cannot be read is said below, by name.
  const watched = await readWatched(runtime, incidentId).catch(() => undefined);
  return watched === undefined ? plan : courseOf(plan, watched.incident);
}

/** What the incident may have changed by drivers that the plan does not have any more. */
async function findMissing(
  runtime: Runtime,
  plan: Plan,
  incidentId: string | undefined,
): Promise<Reading[]> {
  if (incidentId === undefined) return [];
  try {
    const watched = await readWatched(runtime, incidentId);
    return watched === undefined ? [] : missingDrivers(watched.plan, plan);
  } catch (error) {
    const what = `the plan by which ${incidentId} ran`;
    return [{ what, outcome: 'unread', why: describeError(error) }];
  }
}

async function readSubject({ what, compare }: DriftSubject): Promise<Reading> {
  try {
    const { differences, why } = await readAgain(compare);
    if (differences.length === 0) return { what, outcome: 'same', why };
    return { what, outcome: 'differs', differences };
  } catch (error) {
    return { what, outcome: 'unread', why: describeError(error) };
  }
}

async function findBaseline(
  runtime: Runtime,
  plan: Plan,
  named: string | undefined,
): Promise<Baseline> {
  const store = createIncidentStore(runtime);
  const lock = await store.readLock(plan.name);
  const id = named ?? lock?.incidentId;
  const card = id === undefined ? undefined : await readCard(runtime, id);
  if (named !== undefined && card?.plan !== plan.name)
    throw new NotReadyError(`There is no incident ${named} of plan ${plan.name} in this stack.`);
  const hasPromoted = id !== undefined && (await isPromoted(runtime, plan, id));
  const outcome = card?.ending?.outcome;
  const decision = decide(baselineRules, { lock, named, outcome, hasPromoted });
  const incidentId = chosen(decision.outcome, id, lock?.promotedBy);
  return { incidentId, why: decision.why, beforeOf: beforeReader(runtime, decision, incidentId) };
}

function chosen(
  outcome: BaselineOutcome,
  id: string | undefined,
  promoter: string | undefined,
): string | undefined {
  if (outcome === 'usePromoter') return promoter;
  return outcome === 'use' ? id : undefined;
}

function beforeReader(
  runtime: Runtime,
  { outcome, why }: { readonly outcome: BaselineOutcome; readonly why: string },
  id: string | undefined,
): (thing: string) => Promise<Before> {
  return async (thing) => {
    if (outcome === 'unknown') return { known: false, reason: why };
    if (id === undefined) return { known: true, snapshot: undefined };
    return {
      known: true,
      snapshot: await createIncidentStore(runtime).readSnapshot({ id }, thing),
    };
  };
}

/** Whether an incident asked for the promotion of any database, whatever came of it. */
async function isPromoted(runtime: Runtime, plan: Plan, id: string): Promise<boolean> {
  const store = createIncidentStore(runtime);
  const asked = await Promise.all(
    plan.databases.map(async (each) => await store.readPromotionIntent({ id }, each.id)),
  );
  return asked.some((at) => at !== undefined);
}
