import type { Json } from '../../core/json.ts';
import type { LabClock } from '../clock.ts';
import type { Parts } from '../parts/world-parts.ts';
import type { LabOutcome } from '../record.ts';
import type { World } from '../world/world.ts';
import type { Monitor } from './monitor.ts';
import { raiseAlarm } from './monitor.ts';
import type { Limits } from './physics.ts';

/** What a scenario acts on. */
export interface Stage {
  readonly world: World;
  readonly parts: Parts;
  readonly clock: LabClock;
  readonly monitor: Monitor;
  readonly limits: Limits;
  /** Tells the audience what happens, in a sentence. */
  readonly say: (line: string) => void;
}

/** What happens to the world, and how it must end. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** How it must end; if a human was asked and said no, it must end as rejected instead. */
  readonly expected: LabOutcome;
  readonly promotions: number;
  /** Acts, and returns the alarm events that EventBridge delivers. */
  readonly act: (stage: Stage) => Promise<readonly Json[]>;
  /** What happens once the workflow has ended; what did not go as it should, in sentences. */
  readonly after?: (stage: Stage) => Promise<readonly string[]>;
}

/** Everything in the primary Region dies: databases, applications, the control plane. */
async function killPrimary({ world, parts, say }: Stage): Promise<void> {
  say(`everything in ${world.plan.regions.primary} is killed`);
  world.unreachable.add(world.plan.regions.primary);
  await parts.primary.kill('refused');
}

async function killAndWait(stage: Stage): Promise<readonly Json[]> {
  await killPrimary(stage);
  return [await stage.monitor.alarm()];
}

/** Longer than the watch needs for a few looks. */
const WATCHED_SECONDS = 10;

/** The primary Region is back after the failover, with applications that still take writes. */
async function comeBackUnfenced(stage: Stage): Promise<readonly string[]> {
  const { world, parts, clock, say } = stage;
  say('the old primary comes back, unfenced, and takes writes of clients that have its address');
  await parts.primary.restart({ applications: 1 });
  // Applications are quicker than a Region's control plane: until that answers nobody can fence.
  await clock.sleep(1000);
  world.unreachable.delete(world.plan.regions.primary);
  const isFenced = (): boolean => [...world.ingress.values()].flat().length === 0;
  for (let second = 0; second < WATCHED_SECONDS && !isFenced(); second += 1)
    await clock.sleep(1000);
  // Clients that write to it now are refused.
  await clock.sleep(1000);
  return isFenced() ? [] : [`The old primary took writes for ${WATCHED_SECONDS} s: no fence.`];
}

/** The scenarios of the drill; the first is the default. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'region-outage',
    summary: 'everything in the primary Region is killed; the failover is automatic',
    expected: 'recovered',
    promotions: 1,
    act: killAndWait,
  },
  {
    name: 'rpo-breach',
    summary: 'replication stalls long before the outage: a human must accept the loss',
    expected: 'recovered',
    promotions: 1,
    async act(stage) {
      const seconds = Math.ceil(stage.world.plan.objectives.rpoSeconds) + 3;
      stage.say(`the replication link stalls; ${seconds} s pass while clients go on writing`);
      stage.parts.link.hang();
      await stage.clock.sleep(seconds * 1000);
      return await killAndWait(stage);
    },
  },
  {
    name: 'false-alarm',
    summary: 'a blip shorter than the minimum outage: nothing changes',
    expected: 'stoodDown',
    promotions: 0,
    async act(stage) {
      stage.say('the way to the primary is cut, and heals as soon as the alarm goes off');
      stage.parts.primary.frontDoor.cut();
      const alarm = await stage.monitor.alarm();
      stage.parts.primary.frontDoor.heal();
      return [alarm];
    },
  },
  {
    name: 'link-cut',
    summary: 'only replication is cut, the primary is alive: nothing is promoted',
    expected: 'stoodDown',
    promotions: 0,
    async act({ world, parts, clock, say }) {
      say('the replication link is cut; an alarm on the lag goes off');
      const at = clock.now();
      parts.link.cut();
      await clock.sleep(3000);
      return [raiseAlarm(world, at)];
    },
  },
  {
    name: 'no-capacity',
    summary: 'the standby cannot start compute: it stops before traffic, and says so',
    expected: 'failed',
    promotions: 1,
    async act(stage) {
      stage.say('the standby Region has no capacity left');
      stage.limits.noCapacity = true;
      return await killAndWait(stage);
    },
  },
  {
    name: 'duplicate-alarms',
    summary: 'the same alarm comes five times at once: one promotion',
    expected: 'recovered',
    promotions: 1,
    async act(stage) {
      const [alarm] = await killAndWait(stage);
      stage.say('the alarm is delivered five times');
      return Array.from({ length: 5 }, () => alarm ?? null);
    },
  },
  {
    name: 'primary-returns',
    summary: 'the old primary comes back while the standby is promoted',
    expected: 'recovered',
    promotions: 1,
    async act(stage) {
      stage.limits.onPromotion = () => {
        stage.say('the old primary comes back');
        stage.world.unreachable.delete(stage.world.plan.regions.primary);
        void stage.parts.primary.restart({ applications: 1 });
      };
      return await killAndWait(stage);
    },
  },
  {
    name: 'primary-returns-late',
    summary: 'the old primary comes back, unfenced, when all is over: the watch fences it',
    expected: 'recovered',
    promotions: 1,
    act: killAndWait,
    after: comeBackUnfenced,
  },
];
