import * as z from 'zod';
import { warmUp } from '../aws/warm-up.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Compute, Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { Incident } from '../core/incident.ts';

/**
 * State WarmUpCompute: asks for the capacity that carries the load, as soon as an outage is
 * suspected. Does not wait for it. What was there before is kept once, so that a second run does
 * not take the raised capacity for it.
 */
export const warmUpCompute = defineStep({
  name: 'WarmUpCompute',
  input: z.strictObject({ plan: Plan, incident: Incident, compute: Compute }),
  async run({ plan, incident, compute }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    await warmUp(runtime, plan, incident, compute);
    const at = runtime.clock.now().toISOString();
    return { requested: true, id: compute.id, at, why: `Capacity of ${compute.id} was asked for.` };
  },
});

export const handler = toHandler(warmUpCompute);
