import { raiseAlarm } from '../../drill/monitor.ts';
import type { PlanChange } from '../plans.ts';
import { asking, refusingUnfenced } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';
import { ALARM_SECONDS, outage } from './acts.ts';
import {
  changeReadings,
  clearAlarms,
  deliverAgain,
  killPrimary,
  revivePrimary,
  setReplication,
  soundAlarm,
  stopMetrics,
  untilState,
  wait,
} from '../stage.ts';

/** Two different people must say yes. */
const askingTwo: PlanChange = (plan) => ({
  ...plan,
  authorization: { ...plan.authorization, mode: 'approval', notOnlyOnePerson: true },
});

function standbyOf({ world, plan }: Stage) {
  const { regions, databases } = plan;
  return world.databases.get(`${regions.standby}/${databases[0]?.replica ?? ''}`);
}

/** The service works, but every way to see that is closed, and one alarm says that it is down. */
async function cannotTell(stage: Stage): Promise<void> {
  stage.facts.primaryService = 'misled';
  setReplication(stage, false);
  stopMetrics(stage);
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage, stage.clock.now().getTime() - ALARM_SECONDS * 1000);
}

/** The replica backs up for minutes, and the primary is back when it may be promoted. */
async function latePromotion(stage: Stage): Promise<void> {
  await outage(stage);
  await untilState(stage, 'FencePrimary');
  const standby = standbyOf(stage);
  if (standby?.status !== 'available') return;
  stage.ghost.note({ kind: 'world', what: 'a backup of the standby begins' });
  standby.status = 'backing-up';
  await wait(stage, 150);
  revivePrimary(stage);
  await wait(stage, 60);
  standby.status = 'available';
}

/** The alarm goes off, and EventBridge delivers it when everything has long been well again. */
async function lateAlarm(stage: Stage): Promise<void> {
  killPrimary(stage);
  await wait(stage, ALARM_SECONDS);
  const { alarms, world, ghost, clock, plan } = stage;
  alarms.push(raiseAlarm(world, new Date(ghost.outageAt ?? clock.now())));
  await wait(stage, 30);
  revivePrimary(stage);
  clearAlarms(stage);
  await wait(stage, plan.detection.staleAfterSeconds + 60);
  await deliverAgain(stage);
}

/** A run is stopped; another one takes over; then somebody redrives the first. */
async function redrivenTooLate(stage: Stage): Promise<void> {
  const { account, ghost, world } = stage;
  killPrimary(stage);
  world.unreachable.clear();
  await wait(stage, ALARM_SECONDS);
  await soundAlarm(stage);
  await untilState(stage, 'Authorize');
  const [first] = account.executions;
  ghost.note({ kind: 'world', what: 'an operator stops the execution' });
  first?.stop('Stopped', 'by an operator');
  await wait(stage, 30);
  await soundAlarm(stage);
  await wait(stage, 1);
  ghost.note({ kind: 'world', what: 'an operator redrives the first execution' });
  if (first?.status() === 'ABORTED') account.redrive(first);
}

/** Stories that tell a careful failover from a careless one. */
export const harderStories: readonly Scenario[] = [
  {
    name: 'lag-minus-one',
    summary: 'the lag reads -1, which means that nobody knows: a human is asked, nobody answers',
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      changeReadings(stage, (readings) => readings.map((each) => ({ ...each, value: -1 })));
      await outage(stage);
    },
  },
  {
    name: 'silent-lag',
    summary: 'replication and its readings stop seconds before the outage: a human accepts',
    approvers: 'approve',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      setReplication(stage, false);
      stopMetrics(stage);
      await wait(stage, 8.5);
      await outage(stage);
    },
  },
  {
    name: 'old-page',
    summary: 'the evidence changes after a yes, and people press the button of the old page again',
    plan: asking,
    approvers: 'oldPage',
    ends: ['Expired'],
    promotions: 0,
    async act(stage) {
      await outage(stage);
      await wait(stage, 30);
      stage.facts.hasMetrics = false;
    },
  },
  {
    name: 'one-yes-of-two',
    summary: 'two people must say yes; one says it twice',
    plan: askingTwo,
    approvers: 'onlyFirst',
    ends: ['Expired'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'late-alarm',
    summary: 'the alarm of an outage that is over arrives much later',
    approvers: 'silent',
    ends: ['Declined'],
    promotions: 0,
    act: lateAlarm,
  },
  {
    name: 'late-promotion',
    summary: 'a backup holds the promotion up until the primary is back: it is not asked for',
    approvers: 'silent',
    ends: ['FailoverFailed'],
    promotions: 0,
    act: latePromotion,
  },
  {
    name: 'foreign-replica',
    summary: 'the replica follows another database than the plan says: it is not promoted',
    approvers: 'silent',
    ends: ['NotPromoted'],
    promotions: 0,
    async act(stage) {
      const standby = standbyOf(stage);
      const other = `arn:aws:rds:${stage.plan.regions.primary}:111122223333:db:other`;
      if (standby !== undefined) standby.sourceId = other;
      await outage(stage);
    },
  },
  {
    name: 'cannot-tell',
    summary: 'the service works and nobody can see it; one alarm is not enough',
    approvers: 'silent',
    ends: ['Expired'],
    promotions: 0,
    act: cannotTell,
  },
  {
    name: 'redriven-too-late',
    summary: 'a stopped run is redriven while another one holds the plan: it changes nothing',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['StandDownIncomplete', 'Recovered'],
    promotions: 1,
    act: redrivenTooLate,
  },
];
