import { acknowledgePromotion } from '../../../aws/acknowledge.ts';
import type { Stage } from '../stage.ts';
import { ALARM_SECONDS, outage, serviceOutage } from '../stories/acts.ts';
import {
  clearAlarms,
  killPrimary,
  revivePrimary,
  setReplication,
  soundAlarm,
  wait,
} from '../stage.ts';

export { outage, serviceOutage };

/** The way between the Regions is cut; the primary lives, and clients reach it. */
export async function partition(stage: Stage): Promise<void> {
  stage.world.unreachable.add(stage.plan.regions.primary);
  await cutNetwork(stage);
}

/** The same, but the control plane of the primary can still be reached: a fence could be set. */
export async function networkPartition(stage: Stage): Promise<void> {
  await cutNetwork(stage);
}

/** The standby Region reaches nobody: it is blind, and everybody else is well. */
export async function blindness(stage: Stage): Promise<void> {
  stage.ghost.note({ kind: 'world', what: 'the standby Region reaches nothing outside itself' });
  stage.facts.ways.cut('standby', 'elsewhere');
  stage.world.unreachable.add(stage.plan.regions.primary);
  await cutNetwork(stage);
}

async function cutNetwork(stage: Stage): Promise<void> {
  const { facts, ghost, clock } = stage;
  ghost.note({ kind: 'world', what: 'the way between the Regions is cut; the primary is alive' });
  facts.ways.cut('standby', 'primary');
  facts.ways.cut('primary', 'standby');
  setReplication(stage, false);
  const startedAt = clock.now().getTime();
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage, startedAt);
}

/** The primary answers probes with 503, and takes writes. */
export async function overload(stage: Stage): Promise<void> {
  const { facts, ghost } = stage;
  ghost.note({ kind: 'world', what: 'the primary is overloaded; it still takes writes' });
  facts.primaryService = 'overloaded';
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
}

/** No reading of the lag arrives any more, and the Region dies. */
export async function outageWithoutMetrics(stage: Stage): Promise<void> {
  stage.ghost.note({ kind: 'world', what: 'no new reading of the lag arrives' });
  stage.facts.hasMetrics = false;
  await outage(stage);
}

const HICCUP_SECONDS = 55;

/** The primary is away for a minute, and comes back by itself. */
export async function hiccup(stage: Stage): Promise<void> {
  await outage(stage);
  await wait(stage, HICCUP_SECONDS);
  revivePrimary(stage);
  clearAlarms(stage);
}

/** The Region dies together with the control plane that global services have. */
export async function outageWithControlPlane(stage: Stage): Promise<void> {
  stage.ghost.note({ kind: 'world', what: 'the control plane in us-east-1 does not answer' });
  stage.world.unreachable.add('us-east-1');
  await outage(stage);
}

/** How often a story looks whether a run is over. */
const LOOK_SECONDS = 30;

/** A Region comes and goes: somebody acknowledges, and right after the cool-down it goes again. */
export async function flap(stage: Stage): Promise<void> {
  const { account, plan, ghost } = stage;
  await outage(stage);
  while (account.executions.some((each) => each.status() === 'RUNNING'))
    await wait(stage, LOOK_SECONDS);
  if (ghost.promotionsByWorkflow === 0) return;
  revivePrimary(stage);
  clearAlarms(stage);
  await acknowledgePromotion(account.runtime, plan.name);
  ghost.note({ kind: 'world', what: 'a human acknowledges the failover' });
  await wait(stage, plan.cooldownSeconds + 1);
  killPrimary(stage);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage, stage.clock.now().getTime() - ALARM_SECONDS * 1000);
}
