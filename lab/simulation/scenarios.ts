import type { ApproverHabit } from './approvers.ts';
import { harderScenarios } from './harder-scenarios.ts';
import type { PlanChange } from './plans.ts';
import { asking, askingUnfenced, refusingUnfenced } from './plans.ts';
import type { Stage } from './stage.ts';
import {
  clearAlarms,
  deliverAgain,
  killPrimary,
  revivePrimary,
  setReplication,
  soundAlarm,
  wait,
} from './stage.ts';

/** A story, and how it ends when nothing of ours is broken. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** What the plan has to say for this story; undefined leaves it as it is. */
  readonly plan?: PlanChange;
  readonly approvers: ApproverHabit;
  /** The last states that are right. */
  readonly ends: readonly string[];
  readonly promotions: number;
  readonly act: (stage: Stage) => Promise<void>;
}

/** What the alarm needs to notice an outage. */
const ALARM_SECONDS = 5;

async function outage(stage: Stage): Promise<void> {
  killPrimary(stage);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
}

/** The service is dead, but its Region's control plane answers: a fence can be confirmed. */
async function serviceOutage(stage: Stage): Promise<void> {
  killPrimary(stage);
  stage.world.unreachable.clear();
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
}

async function stalledThenOutage(stage: Stage): Promise<void> {
  setReplication(stage, false);
  await wait(stage, stage.plan.objectives.rpoSeconds + 10);
  await outage(stage);
}

/** The workflow's Region cannot reach the primary, and clients can. */
function cutWay({ facts, ghost, world, plan }: Stage, directions: 'one' | 'both'): void {
  ghost.note({
    kind: 'world',
    what: `the way from the standby to the primary is cut (${directions})`,
  });
  facts.ways.cut('standby', 'primary');
  if (directions === 'both') facts.ways.cut('primary', 'standby');
  world.unreachable.add(plan.regions.primary);
}

/** Each baseline of the search. The first is the default. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'outage',
    summary: 'the primary Region dies; the failover is automatic',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'outage-fenced',
    summary: 'the service dies, its control plane does not: the fence is confirmed',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: serviceOutage,
  },
  {
    name: 'outage-approved',
    summary: 'the plan leaves the promotion to a human, who says yes twice',
    plan: asking,
    approvers: 'doubleClick',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'outage-rejected',
    summary: 'the plan leaves the promotion to a human, who says no',
    plan: asking,
    approvers: 'reject',
    ends: ['Rejected'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'outage-race',
    summary: 'one approver says yes and another no in the same instant',
    plan: asking,
    approvers: 'race',
    ends: ['Recovered', 'Rejected'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'outage-expired',
    summary: 'nobody answers in time',
    plan: asking,
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'outage-late-answer',
    summary: 'the yes comes after the question has expired',
    plan: asking,
    approvers: 'late',
    ends: ['Expired'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'unfenced-approved',
    summary: 'the old primary cannot be fenced, and a human accepts that',
    plan: askingUnfenced,
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    act: outage,
  },
  {
    name: 'unfenced-refused',
    summary: 'the old primary cannot be fenced, and the plan refuses that',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['NotPromoted'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'rpo-breach',
    summary: 'replication stalled long before the outage: a human accepts the loss',
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    act: stalledThenOutage,
  },
  {
    name: 'loss-unknown',
    summary: 'no reading of the lag: a human is asked, and nobody answers',
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      stage.facts.hasMetrics = false;
      await outage(stage);
    },
  },
  {
    name: 'blip',
    summary: 'everything is back after a moment: a false alarm',
    approvers: 'silent',
    ends: ['StoodDown'],
    promotions: 0,
    async act(stage) {
      killPrimary(stage);
      await wait(stage, ALARM_SECONDS);
      const sounded = soundAlarm(stage);
      await wait(stage, 1);
      revivePrimary(stage);
      clearAlarms(stage);
      await sounded;
    },
  },
  {
    name: 'overload',
    summary: 'the primary is overloaded and answers probes with 503, but takes writes',
    approvers: 'silent',
    ends: ['StoodDown'],
    promotions: 0,
    async act(stage) {
      stage.facts.primaryService = 'overloaded';
      await wait(stage, ALARM_SECONDS);
      await soundAlarm(stage);
    },
  },
  {
    name: 'replication-cut',
    summary: 'only the replication link is cut, the primary is alive',
    approvers: 'silent',
    ends: ['StoodDown'],
    promotions: 0,
    async act(stage) {
      setReplication(stage, false);
      await wait(stage, 20);
      await soundAlarm(stage, stage.clock.now().getTime() - 20_000);
    },
  },
  {
    name: 'primary-hangs',
    summary: 'the primary accepts connections and never answers',
    plan: asking,
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      stage.facts.primaryService = 'hung';
      stage.facts.databases.stop('primary', stage.clock.now().getTime());
      stage.ghost.outageAt = stage.clock.now().getTime();
      await wait(stage, ALARM_SECONDS);
      await soundAlarm(stage);
    },
  },
  {
    name: 'partition-asked',
    summary:
      'the way to a living primary is cut in both directions; the plan asks, and a human says no',
    plan: (plan) => asking(refusingUnfenced(plan)),
    approvers: 'reject',
    ends: ['Rejected'],
    promotions: 0,
    async act(stage) {
      cutWay(stage, 'both');
      setReplication(stage, false);
      await wait(stage, ALARM_SECONDS);
      await soundAlarm(stage, stage.clock.now().getTime() - ALARM_SECONDS * 1000);
    },
  },
  {
    name: 'partition-fenced',
    summary: 'the way to a living primary is cut one way; without a fence nothing is promoted',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['NotPromoted'],
    promotions: 0,
    async act(stage) {
      cutWay(stage, 'one');
      setReplication(stage, false);
      await wait(stage, ALARM_SECONDS);
      await soundAlarm(stage, stage.clock.now().getTime() - ALARM_SECONDS * 1000);
    },
  },
  {
    name: 'duplicate-alarms',
    summary: 'EventBridge delivers the alarm five times at once',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await outage(stage);
      for (let time = 0; time < 4; time += 1) await deliverAgain(stage);
    },
  },
  {
    name: 'no-capacity',
    summary: 'the standby Region has nothing left to launch',
    approvers: 'silent',
    ends: ['FailoverFailed'],
    promotions: 1,
    async act(stage) {
      stage.facts.hasCapacity = false;
      await outage(stage);
    },
  },
  {
    name: 'false-then-real',
    summary: 'a false alarm stands down, and a real outage soon after is recovered',
    approvers: 'silent',
    ends: ['StoodDown', 'Recovered'],
    promotions: 1,
    async act(stage) {
      await soundAlarm(stage);
      await wait(stage, 60);
      clearAlarms(stage);
      await outage(stage);
    },
  },
  {
    name: 'primary-returns',
    summary: 'the old primary is back while the standby is promoted',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await outage(stage);
      await wait(stage, 25);
      revivePrimary(stage);
    },
  },
  {
    name: 'second-outage-cooling-down',
    summary: 'after a failover a second alarm within the cool-down is declined',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await outage(stage);
      await wait(stage, 600);
      await soundAlarm(stage, stage.clock.now().getTime());
    },
  },
  ...harderScenarios,
];

/** The scenario of this name. @throws Error with all names if there is none */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name).join(', ');
  throw new Error(`There is no scenario ${name}. There are: ${names}.`);
}
