import * as z from 'zod';
import { fenceOldPrimary as fence } from '../aws/fence-old-primary.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { refuseIfPaused } from '../aws/kill-switch.ts';
import { appendToLedger } from '../aws/ledger.ts';
import { FENCED_AGAIN, holdingFences, unreachedFences } from '../aws/old-primary.ts';
import { Plan } from '../aws/plan.ts';
import { readFailover } from '../aws/reconcile/opening.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { tryFence } from '../aws/try-fence.ts';
import { DeadlineExceededError, NotReadyError } from '../core/errors.ts';
import { Incident, Instant, secondsBetween } from '../core/incident.ts';
import { nextPollSeconds } from '../core/poll.ts';

/** The watch has reached it already, as a rule. */
const DEADLINE_SECONDS = 3600;
const LONGEST_WAIT_SECONDS = 60;

/**
 * State FenceOldPrimary: what an old primary takes after it was compared is in no report, so that
 * each fence of the failover has to be complete first. One that was opened again since is put up
 * again: whoever asked for this asked for that. Safe to repeat.
 * @throws NotReadyError if it is paused, or the failover had no fence; DeadlineExceededError if one
 *   does not go up within an hour
 */
export const fenceOldPrimary = defineStep({
  name: 'FenceOldPrimary',
  input: z.strictObject({ plan: Plan, incident: Incident, startedAt: Instant }),
  async run({ plan, incident, startedAt }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, plan.name);
    const failover = await readFailover(runtime, incident);
    if (holdingFences(failover.plan).length === 0)
      throw new NotReadyError(`${failover.incident.id} had no fence that keeps writes away.`);
    const unreached = await unreachedFences(runtime, failover);
    const tried = await fence(runtime, plan, failover, unreached);
    // That these were reached was told; whether they hold yet is another question.
    const reached = holdingFences(failover.plan).filter(
      ({ id }) => !unreached.some((each) => each.id === id),
    );
    const again = reached.map((each) => tryFence(runtime, failover.plan, failover.incident, each));
    const left = [...tried, ...(await Promise.all(again))].filter(({ isComplete }) => !isComplete);
    const now = runtime.clock.now();
    const why =
      left.length === 0
        ? 'Each fence of the old primary is complete.'
        : `Not complete: ${left.map(({ id, why: reason }) => `${id}: ${reason}`).join(' ')}`;
    if (left.length > 0 && secondsBetween(startedAt, now) > DEADLINE_SECONDS)
      throw new DeadlineExceededError(`The old primary is not fenced. ${why}`);
    if (left.length === 0 && reached.length > 0)
      await appendToLedger(runtime, failover.incident.id, FENCED_AGAIN, { by: incident.id, why });
    const waitSeconds = nextPollSeconds(startedAt, now, LONGEST_WAIT_SECONDS);
    return { fenced: left.length === 0, why, at: now.toISOString(), waitSeconds };
  },
});

export const handler = toHandler(fenceOldPrimary);
