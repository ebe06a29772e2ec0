import type { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { computeDriver } from './drivers/compute.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Compute, Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';
import { computeSnapshot } from './snapshot-names.ts';

/** Keeps what is there, once, then raises it. Safe to repeat. */
export async function warmUp(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  compute: Compute,
): Promise<void> {
  const context = { plan, runtime };
  const driver = computeDriver(compute);
  const store = createIncidentStore(runtime);
  const thing = computeSnapshot(compute);
  const known = await store.readSnapshot(incident, thing);
  if (known === undefined) {
    await store.snapshotOnce(incident, thing, await driver.snapshot(context));
  }
  await driver.raise(context);
  runtime.log.info(logEvents.warmUpRequested, { incident: incident.id, compute: compute.id });
}
