import type { Incident } from '../core/incident.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { fenceSnapshot } from './snapshot-names.ts';

/**
 * A function that stands down may run for four minutes after its execution was stopped, and its
 * last request may be under way for a while longer.
 */
const SETTLING_SECONDS = 300;

/**
 * Until when an undo of this incident may still take a fence away: a fence of the next incident
 * waits for that. Undefined if none was begun, or if a promotion was asked for, which forbids
 * every undo. EC2 knows no epoch that it could refuse a late request by.
 */
export async function settlesAt(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
): Promise<string | undefined> {
  const store = createIncidentStore(runtime);
  for (const { id } of plan.databases) {
    if ((await store.readPromotionIntent(incident, id)) !== undefined) return undefined;
  }
  for (const driver of plan.fencing) {
    if ((await store.readSnapshot(incident, fenceSnapshot(driver))) === undefined) continue;
    return new Date(runtime.clock.now().getTime() + SETTLING_SECONDS * 1000).toISOString();
  }
  return undefined;
}
