import * as z from 'zod';
import { keepEvidence } from '../aws/evidence.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { readFailover } from '../aws/reconcile/opening.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { DeadlineExceededError, NotReadyError } from '../core/errors.ts';
import { Incident, Instant, secondsBetween } from '../core/incident.ts';
import { nextPollSeconds } from '../core/poll.ts';

/** A first snapshot of a large instance takes hours. */
const DEADLINE_SECONDS = 6 * 3600;
const LONGEST_WAIT_SECONDS = 120;

/**
 * State PreserveEvidence: the only copy of the writes that never crossed is the old primary itself,
 * until a snapshot of each of its databases is available. Safe to repeat: there is one for each.
 * @throws NotReadyError if one is lost; DeadlineExceededError if one takes more than six hours
 */
export const preserveEvidence = defineStep({
  name: 'PreserveEvidence',
  input: z.strictObject({ plan: Plan, incident: Incident, startedAt: Instant }),
  async run({ plan, incident, startedAt }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    const failover = await readFailover(runtime, incident);
    const kept = await Promise.all(
      failover.plan.databases.map(
        async (database) => await keepEvidence(runtime, plan, failover, database),
      ),
    );
    const why = kept.map((each) => each.why).join(' ');
    if (kept.some(({ outcome }) => outcome === 'lost')) throw new NotReadyError(why);
    const preserved = kept.every(({ outcome }) => outcome === 'kept');
    const now = runtime.clock.now();
    if (!preserved && secondsBetween(startedAt, now) > DEADLINE_SECONDS)
      throw new DeadlineExceededError(`The old primary is not kept yet. ${why}`);
    const waitSeconds = nextPollSeconds(startedAt, now, LONGEST_WAIT_SECONDS);
    return { preserved, why, at: now.toISOString(), waitSeconds };
  },
});

export const handler = toHandler(preserveEvidence);
