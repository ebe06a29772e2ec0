import { describeError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Tried } from '../core/watch.ts';
import { fencingDriver } from './drivers/fencing.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Fencing, Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { fenceSnapshot } from './snapshot-names.ts';

/**
 * Puts up one fence, after what was there is kept. A fence that cannot be put up is a grade with
 * its reason, so that the others are tried all the same.
 */
export async function tryFence(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  driver: Fencing,
): Promise<Tried> {
  const context = { plan, runtime };
  const store = createIncidentStore(runtime);
  const bound = fencingDriver(driver);
  const thing = fenceSnapshot(driver);
  // Only the old primary's side may fail quietly: a failing table is no reason to go on unfenced.
  if ((await store.readSnapshot(incident, thing)) === undefined) {
    const before = await attempt(async () => ({ found: await bound.snapshot(context) }));
    if (!('found' in before)) return { id: driver.id, ...before };
    await store.snapshotOnce(incident, thing, before.found);
  }
  // A change may have had its effect: it is undone all the same if the answer is no.
  return { id: driver.id, ...(await attempt(() => bound.fence(context))) };
}

/** What came of it, or that nothing did, and why. */
async function attempt<T>(action: () => Promise<T>): Promise<T | Omit<Tried, 'id'>> {
  try {
    return await action();
  } catch (error) {
    return { grade: 'none', isComplete: false, why: describeError(error) };
  }
}
