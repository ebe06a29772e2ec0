import * as z from 'zod';
import { databaseDriver } from '../aws/drivers/databases.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { Plan } from '../aws/plan.ts';
import { withPair } from '../aws/postgres/open-database.ts';
import { countSubscriptions, distanceTo, readPosition } from '../aws/postgres/position.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { DeadlineExceededError } from '../core/errors.ts';
import { Incident, Instant } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { nextPollSeconds } from '../core/poll.ts';
import { decide } from '../core/rules.ts';
import { switchoverBrief } from '../core/switchover/brief.ts';
import { readinessRules } from '../core/switchover/catch-up.ts';

const POLL_CAP_SECONDS = 60;

/** So long a replica that is there may take until it is close behind. */
const DEADLINE_SECONDS = 3600;

/**
 * States AssessReadiness and RecheckReadiness: how far each replica is behind, as both databases
 * say, and whether it may be promoted: before anybody is asked and anything is touched, and again
 * right before writes are held. Changes nothing.
 */
export const assessReadiness = defineStep({
  name: 'AssessReadiness',
  input: z.strictObject({ plan: Plan, incident: Incident, startedAt: Instant }),
  async run({ plan, incident, startedAt }, runtime) {
    await createIncidentStore(runtime).assertHolder(incident);
    const looks = await Promise.all(
      plan.databases.map(async (database) => {
        const { ineligibleBecause } = await databaseDriver(database).read({ plan, runtime });
        const measured = await withPair(runtime, plan, database, async ({ source, target }) => ({
          distance: await distanceTo(await readPosition(source), source, target),
          subscriptions: await countSubscriptions(source),
        }));
        const now = runtime.clock.now();
        const facts = { ...measured, ineligibleBecause, startedAt, now };
        const decision = decide(readinessRules, { ...facts, deadlineSeconds: DEADLINE_SECONDS });
        return { ...decision, why: `${database.id}: ${decision.why}` };
      }),
    );
    runtime.log.info(logEvents.replicaMeasured, { incident: incident.id, looks });
    const failed = looks.filter(({ outcome }) => outcome === 'failed');
    if (failed.length > 0) throw new DeadlineExceededError(failed.map(({ why }) => why).join(' '));
    const evidence = looks.map(({ why }) => why);
    const now = runtime.clock.now();
    return {
      ready: looks.every(({ outcome }) => outcome === 'ready'),
      why: evidence.join(' '),
      brief: switchoverBrief(incident, plan.regions, evidence),
      at: now.toISOString(),
      waitSeconds: nextPollSeconds(startedAt, now, POLL_CAP_SECONDS),
    };
  },
});

export const handler = toHandler(assessReadiness);
