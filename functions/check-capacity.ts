import * as z from 'zod';
import { computeDriver } from '../aws/drivers/compute.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Compute, Plan } from '../aws/plan.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { warmUp } from '../aws/warm-up.ts';
import { DeadlineExceededError } from '../core/errors.ts';
import { Incident, Instant, secondsBetween } from '../core/incident.ts';
import { nextPollSeconds } from '../core/poll.ts';

const POLL_CAP_SECONDS = 10;

/**
 * State CheckCapacity: whether the standby's compute carries the load. While it does not, it is
 * asked for again, because a warm-up may have died between keeping what was there and raising it.
 * Safe to repeat: what was asked for already is not asked for twice.
 */
export const checkCapacity = defineStep({
  name: 'CheckCapacity',
  input: z.strictObject({ plan: Plan, incident: Incident, compute: Compute, startedAt: Instant }),
  async run({ plan, incident, compute, startedAt }, runtime) {
    const capacity = await computeDriver(compute).capacity({ plan, runtime });
    const { ready, healthy, wanted, why } = capacity;
    const now = runtime.clock.now();
    if (!ready && secondsBetween(startedAt, now) > compute.readyDeadlineSeconds) {
      throw new DeadlineExceededError(
        `${compute.id}: ${healthy} of ${wanted} healthy after ${compute.readyDeadlineSeconds} s. ${why}`,
      );
    }
    if (!ready) {
      await createIncidentStore(runtime).assertHolder(incident);
      await warmUp(runtime, plan, incident, compute);
    }
    const waitSeconds = nextPollSeconds(startedAt, now, POLL_CAP_SECONDS);
    return { id: compute.id, ready, healthy, wanted, why, waitSeconds, at: now.toISOString() };
  },
});

export const handler = toHandler(checkCapacity);
