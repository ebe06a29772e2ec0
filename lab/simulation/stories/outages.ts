import { refusingUnfenced } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import { deliverAgain, revivePrimary, soundAlarm, wait } from '../stage.ts';
import { outage, outageAndBackByHand, outageAndReturn, serviceOutage } from './acts.ts';

/** Outages that the automation handles by itself, or has to leave. */
export const outageStories: readonly Scenario[] = [
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
    name: 'unfenced-refused',
    summary: 'the old primary cannot be fenced, and the plan refuses that',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['NotPromoted'],
    promotions: 0,
    act: outage,
  },
  {
    name: 'duplicate-alarms',
    summary: 'EventBridge delivers the alarm five times at once',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await serviceOutage(stage);
      for (let time = 0; time < 4; time += 1) await deliverAgain(stage);
    },
  },
  {
    name: 'no-capacity',
    summary: 'the standby Region has nothing left to launch',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['FailoverFailed'],
    promotions: 1,
    async act(stage) {
      stage.facts.hasCapacity = false;
      await serviceOutage(stage);
    },
  },
  {
    name: 'primary-returns',
    summary: 'the old primary is back while the standby is promoted',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await serviceOutage(stage);
      await wait(stage, 25);
      revivePrimary(stage);
    },
  },
  {
    name: 'primary-returns-late',
    summary: 'the old primary is back, unfenced, when the failover is over: the watch fences it',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: outageAndReturn,
  },
  {
    name: 'gone-back-by-hand',
    summary: 'people go back to the old primary by hand and say nothing: it is not fenced',
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: outageAndBackByHand,
  },
  {
    name: 'second-outage-cooling-down',
    summary: 'after a failover a second alarm within the cool-down is declined',
    plan: refusingUnfenced,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    async act(stage) {
      await serviceOutage(stage);
      await wait(stage, 600);
      await soundAlarm(stage, stage.clock.now().getTime());
    },
  },
];
