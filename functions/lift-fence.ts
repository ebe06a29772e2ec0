import * as z from 'zod';
import { fencingDriver } from '../aws/drivers/fencing.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { holdingFences, readWatched } from '../aws/old-primary.ts';
import { Plan } from '../aws/plan.ts';
import { fenceSnapshot } from '../aws/snapshot-names.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';

/**
 * State LiftFence: opens what the last promotion shut, once what is behind it follows the writer and
 * can take no writes: the Region that takes over needs its way to its own database. Traffic is not
 * moved by it. What was not fenced then is left as it is. Safe to repeat.
 */
export const liftFence = defineStep({
  name: 'LiftFence',
  input: z.strictObject({ plan: Plan, incident: Incident }),
  async run({ plan, incident }, runtime) {
    const store = createIncidentStore(runtime);
    await store.assertHolder(incident);
    const after = incident.planned?.after;
    const watched = after === undefined ? undefined : await readWatched(runtime, after);
    // The Region that was left then is the one that takes over now; another one is nobody's to open.
    const isHere = watched?.plan.regions.primary === plan.regions.standby;
    const lifted: string[] = [];
    for (const fence of watched !== undefined && isHere ? holdingFences(watched.plan) : []) {
      const before = await store.readSnapshot({ id: after ?? '' }, fenceSnapshot(fence));
      if (before === undefined || watched === undefined) continue;
      await fencingDriver(fence).unfence(before, { plan: watched.plan, runtime });
      runtime.log.info(logEvents.fenceLifted, { incident: incident.id, fence: fence.id });
      lifted.push(fence.id);
    }
    const why =
      lifted.length === 0 ? 'There is no fence to lift.' : `Lifted: ${lifted.join(', ')}.`;
    const result = { lifted, why, at: runtime.clock.now().toISOString() };
    await appendToLedger(runtime, incident.id, 'fence-lifted', result);
    return result;
  },
});

export const handler = toHandler(liftFence);
