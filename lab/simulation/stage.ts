import type { Plan } from '../../aws/plan.ts';
import type { Json } from '../../core/json.ts';
import type { Account } from '../account.ts';
import type { VirtualClock } from '../clock.ts';
import { raiseAlarm } from '../drill/monitor.ts';
import type { Datapoint, World } from '../world/world.ts';
import type { BrokenFunctions } from './broken-functions.ts';
import type { Ghost } from './ghost.ts';
import type { Scenario } from './scenario.ts';
import type { Schedule } from './schedule.ts';
import type { Facts } from './world/facts.ts';

/** The simulated world of one run, in the hands of scenarios and world events. */
export interface Stage {
  readonly plan: Plan;
  readonly clock: VirtualClock;
  readonly facts: Facts;
  readonly world: World;
  readonly account: Account;
  readonly ghost: Ghost;
  /** The alarm events so far, newest last. */
  readonly alarms: Json[];
  /** What loadPlans gives from now on: a deployment in the middle of a run. */
  deploy(plans: readonly Plan[]): void;
  readonly brokenFunctions: BrokenFunctions;
  readonly scenario: Scenario;
  /** What is spoiled, and what happens that the scenario does not foresee. */
  readonly schedule: Schedule;
  /** The states in which an execution may end. */
  readonly endStates: ReadonlySet<string>;
}

const now = ({ clock }: Stage): number => clock.now().getTime();

/** Everything in the primary Region stops at once, its control plane too. */
export function killPrimary(stage: Stage): void {
  const { facts, world, ghost, plan } = stage;
  ghost.note({ kind: 'world', what: `everything in ${plan.regions.primary} stops` });
  facts.primaryService = 'dead';
  facts.databases.stop('primary', now(stage));
  world.unreachable.add(plan.regions.primary);
  ghost.outageAt ??= now(stage);
}

/** The primary Region is there again: its database believes that it still is the writer. */
export function revivePrimary(stage: Stage): void {
  const { facts, world, ghost, plan } = stage;
  ghost.note({ kind: 'world', what: `${plan.regions.primary} comes back` });
  facts.primaryService = 'serving';
  facts.databases.start('primary', now(stage));
  world.unreachable.delete(plan.regions.primary);
}

/** The replication link is cut, or heals. */
export function setReplication(stage: Stage, up: boolean): void {
  stage.ghost.note({ kind: 'world', what: `the replication link ${up ? 'heals' : 'is cut'}` });
  stage.facts.databases.setLink(up, now(stage));
}

/** The alarm goes off, and EventBridge delivers it. */
export async function soundAlarm(stage: Stage, startedAt = stage.ghost.outageAt): Promise<void> {
  const { world, account, ghost, alarms } = stage;
  const { alarmSeconds } = stage.facts.durations;
  if (alarmSeconds > 0) await wait(stage, alarmSeconds);
  const claimedAt = startedAt ?? now(stage);
  ghost.claimedAt = Math.min(claimedAt, ghost.claimedAt ?? claimedAt);
  const event = raiseAlarm(world, new Date(claimedAt));
  alarms.push(event);
  ghost.note({ kind: 'world', what: 'the alarm goes off' });
  await account.putEvent(event);
}

/** EventBridge delivers the newest alarm once more: at least once is not once. */
export async function deliverAgain({ alarms, account, ghost }: Stage): Promise<void> {
  const event = alarms.at(-1);
  if (event === undefined) return;
  ghost.note({ kind: 'world', what: 'EventBridge delivers the alarm again' });
  await account.putEvent(event);
}

/** Changes what the lag metric says: readings from now on, oldest first. */
export function changeReadings(
  { world }: Stage,
  change: (readings: readonly Datapoint[]) => readonly Datapoint[],
): void {
  const { readings } = world;
  world.readings = (metric, from, to) => change(readings?.(metric, from, to) ?? []);
}

/** The newest readings of the lag are those of now: nothing publishes it any more. */
export function stopMetrics(stage: Stage): void {
  stage.ghost.note({ kind: 'world', what: 'no new reading of the lag arrives' });
  const last = now(stage);
  changeReadings(stage, (readings) => readings.filter(({ at }) => at.getTime() <= last));
}

/** Waits until some execution enters a state; a run that never does is not waited for. */
export async function untilState(stage: Stage, state: string): Promise<void> {
  for (let turns = 0; turns < 6000 && !stage.ghost.entered.has(state); turns += 1) {
    await wait(stage, 0.1);
  }
}

/** All alarms are OK again. */
export function clearAlarms({ world }: Stage): void {
  for (const alarm of world.alarms.values()) alarm.state = 'OK';
}

/** Lets virtual time pass. */
export async function wait({ clock }: Stage, seconds: number): Promise<void> {
  await clock.sleep(seconds * 1000);
}
