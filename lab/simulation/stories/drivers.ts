import { otherDrivers } from '../plans.ts';
import type { Scenario } from '../scenario.ts';
import { serviceOutage, shortOutage } from './acts.ts';

/** The same under ECS, Route 53 and a fence at the edge. */
export const driverStories: readonly Scenario[] = [
  {
    name: 'other-drivers',
    summary: 'ECS, a Route 53 record and a fence at the edge: the service dies, and is recovered',
    plan: otherDrivers,
    approvers: 'silent',
    ends: ['Recovered'],
    promotions: 1,
    act: serviceOutage,
  },
  {
    name: 'other-drivers-blip',
    summary: 'the same, and everything is back after a moment',
    plan: otherDrivers,
    approvers: 'silent',
    ends: ['StoodDown'],
    promotions: 0,
    act: shortOutage,
  },
  {
    name: 'other-drivers-no-us-east-1',
    summary: "Route 53's control plane is dead, too: promoted, and the traffic is not switched",
    plan: otherDrivers,
    approvers: 'silent',
    ends: ['FailoverFailed'],
    promotions: 1,
    async act(stage) {
      stage.world.unreachable.add('us-east-1');
      await serviceOutage(stage);
    },
  },
];
