import { LOOKED_THREE_TIMES, WENT_BACK_BY_HAND } from '../ghost.ts';
import type { Stage } from '../stage.ts';
import {
  clearAlarms,
  killPrimary,
  revivePrimary,
  setReplication,
  soundAlarm,
  wait,
} from '../stage.ts';

/** What the alarm needs to notice an outage. */
export const ALARM_SECONDS = 5;

/** The primary Region dies, and the alarm goes off. */
export async function outage(stage: Stage): Promise<void> {
  killPrimary(stage);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
}

/** The service is dead, but its Region's control plane answers: a fence can be confirmed. */
export async function serviceOutage(stage: Stage): Promise<void> {
  killPrimary(stage);
  stage.world.unreachable.delete(stage.plan.regions.primary);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
}

/** Everything is back after a moment: a false alarm. */
export async function shortOutage(stage: Stage): Promise<void> {
  killPrimary(stage);
  await wait(stage, ALARM_SECONDS);
  const sounded = soundAlarm(stage);
  await wait(stage, 1);
  revivePrimary(stage);
  clearAlarms(stage);
  await sounded;
}

/** Replication stalls for longer than the RPO before the Region dies. */
export async function stalledThenOutage(stage: Stage): Promise<void> {
  setReplication(stage, false);
  await wait(stage, stage.plan.objectives.rpoSeconds + 10);
  await outage(stage);
}

/** The Region dies, and comes back when the failover is long over: nothing fences it. */
export async function outageAndReturn(stage: Stage): Promise<void> {
  await outage(stage);
  await untilOver(stage);
  revivePrimary(stage);
  await lookThreeTimes(stage);
  stage.ghost.note({ kind: 'world', what: LOOKED_THREE_TIMES });
}

/** As before, and people send the clients back by hand, without pausing or acknowledging. */
export async function outageAndBackByHand(stage: Stage): Promise<void> {
  await outage(stage);
  await untilOver(stage);
  revivePrimary(stage);
  const { world, ghost, plan } = stage;
  ghost.note({ kind: 'world', what: WENT_BACK_BY_HAND });
  for (const traffic of plan.traffic) {
    if (traffic.kind !== 'healthCheckMarker') continue;
    world.objects.delete(`${traffic.bucket}/${traffic.key}`);
    world.routing.setMarker(traffic.bucket, traffic.key, false);
  }
  await lookThreeTimes(stage);
}

/** Until no execution runs any more. */
export async function untilOver(stage: Stage): Promise<void> {
  const isOver = (): boolean =>
    stage.account.executions.every((execution) => execution.status() !== 'RUNNING');
  for (let turn = 0; turn < 7200 && !isOver(); turn += 1) await wait(stage, 1);
}

async function lookThreeTimes(stage: Stage): Promise<void> {
  for (let minute = 0; minute < 3; minute += 1) {
    await wait(stage, 60);
    await stage.account.tick();
  }
}

/** The workflow's Region cannot reach the primary, and clients can. */
export function cutWay({ facts, ghost, world, plan }: Stage, directions: 'one' | 'both'): void {
  ghost.note({
    kind: 'world',
    what: `the way from the standby to the primary is cut (${directions})`,
  });
  facts.ways.cut('standby', 'primary');
  if (directions === 'both') facts.ways.cut('primary', 'standby');
  world.unreachable.add(plan.regions.primary);
}
