import { asking, refusingUnfenced } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import {
  clearAlarms,
  killPrimary,
  setReplication,
  soundAlarm,
  untilState,
  wait,
} from '../stage.ts';
import { ALARM_SECONDS, cutWay, outage, shortOutage } from './acts.ts';

/** What is no outage, or does not look like one. */
export const unclearStories: readonly Scenario[] = [
  {
    name: 'blip',
    summary: 'everything is back after a moment: a false alarm',
    approvers: 'silent',
    ends: ['StoodDown'],
    promotions: 0,
    act: shortOutage,
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
    name: 'alive-then-dead',
    summary:
      'the replication link is cut, a look sees the primary alive, then it dies: a human accepts ' +
      'what was lost since',
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      setReplication(stage, false);
      await wait(stage, 20);
      const sounded = soundAlarm(stage, stage.clock.now().getTime() - 20_000);
      await untilState(stage, 'WaitForNextLook');
      killPrimary(stage);
      await sounded;
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
    name: 'blind',
    summary: 'the standby Region reaches nobody, and everybody else is well: a human is asked',
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      stage.facts.ways.cut('standby', 'elsewhere');
      cutWay(stage, 'both');
      setReplication(stage, false);
      await wait(stage, ALARM_SECONDS);
      await soundAlarm(stage, stage.clock.now().getTime() - ALARM_SECONDS * 1000);
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
];
