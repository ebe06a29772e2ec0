import * as z from 'zod';
import { trafficDriver } from '../aws/drivers/traffic.ts';
import { createIncidentStore } from '../aws/incident-store.ts';
import { notePhase } from '../aws/ledger.ts';
import { Plan, Traffic } from '../aws/plan.ts';
import { trafficSnapshot } from '../aws/snapshot-names.ts';
import { defineStep, toHandler } from '../aws/step.ts';
import { DeadlineExceededError } from '../core/errors.ts';
import { Incident, Instant, secondsBetween } from '../core/incident.ts';
import { logEvents } from '../core/log-events.ts';
import { nextPollSeconds } from '../core/poll.ts';

const POLL_CAP_SECONDS = 10;

/**
 * State SwitchRoute: points clients at the standby, and says whether they are told so by now. The
 * incident must hold the plan's lock at the moment of the write. Safe to repeat: the driver looks
 * before it acts.
 */
export const switchRoute = defineStep({
  name: 'SwitchRoute',
  input: z.strictObject({ plan: Plan, incident: Incident, traffic: Traffic, startedAt: Instant }),
  async run({ plan, incident, traffic, startedAt }, runtime) {
    const context = { plan, runtime };
    const driver = trafficDriver(traffic);
    const store = createIncidentStore(runtime);
    const thing = trafficSnapshot(traffic);
    const snapshot =
      (await store.readSnapshot(incident, thing)) ??
      (await store.snapshotOnce(incident, thing, await driver.snapshot(context)));
    await store.assertHolder(incident);
    await driver.switchToStandby(context);
    runtime.log.info(logEvents.trafficSwitched, { incident: incident.id, traffic: traffic.id });
    const { settled, why } = await driver.settled(snapshot, context);
    const now = runtime.clock.now();
    if (!settled && secondsBetween(startedAt, now) > traffic.settleDeadlineSeconds) {
      throw new DeadlineExceededError(
        `${traffic.id}: not switched after ${traffic.settleDeadlineSeconds} s. ${why}`,
      );
    }
    if (settled) await notePhase(runtime, incident.id, 'traffic-switched', { id: traffic.id, why });
    const waitSeconds = nextPollSeconds(startedAt, now, POLL_CAP_SECONDS);
    return { id: traffic.id, settled, why, at: now.toISOString(), waitSeconds };
  },
});

export const handler = toHandler(switchRoute);
