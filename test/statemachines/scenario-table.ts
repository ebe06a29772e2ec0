import type { Scenario } from './unfenced-scenarios.ts';
import { unfencedScenarios } from './unfenced-scenarios.ts';
import { lookScenarios } from './look-scenarios.ts';
import {
  both,
  declined,
  lossGrows,
  paused,
  primaryReturns,
  staleAlarm,
  undecided,
  unknownLoss,
  when,
} from './hooks.ts';
import { edgelessPlan, steadyPlan, withControlPlane, withoutCapacity } from './plans.ts';

/** One row a story. Refusals first. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'the alarm is suppressed: declined, and somebody is told',
    scene: async () => await declined({ actionsSuppressedBy: 'WaitPeriod' }),
    end: 'Declined',
    promotions: 0,
    by: ['AnnounceDecline'],
  },
  {
    name: 'the alarm is stale by the time a function can run: declined, and somebody is told',
    scene: staleAlarm,
    end: 'Declined',
    promotions: 0,
  },
  {
    name: 'the primary is alive, only replication is cut: stands down',
    scene: async () => ({ plan: await steadyPlan(), primary: 'up' }),
    end: 'StoodDown',
    promotions: 0,
    notBy: ['PrepareFailover'],
  },
  {
    name: 'the primary comes back while the outage is confirmed: stands down',
    scene: primaryReturns('WaitForNextRound'),
    end: 'StoodDown',
    promotions: 0,
    by: ['PrimaryRecovered'],
  },
  {
    name: 'the primary comes back while a human decides: the approval does not overrule it',
    scene: primaryReturns('RequestApproval'),
    end: 'StoodDown',
    promotions: 0,
    by: ['PrimaryCameBack'],
  },
  {
    name: 'the primary comes back while it is fenced: the last look stops it',
    scene: primaryReturns('IsFenced'),
    end: 'StoodDown',
    promotions: 0,
    by: ['PrimaryIsBack'],
  },
  {
    name: 'the loss is unknown and nobody answers: the question expires',
    scene: async () => ({ plan: await steadyPlan(), arrange: unknownLoss }),
    end: 'Expired',
    promotions: 0,
    by: ['RequestApproval', 'ApprovalExpired'],
  },
  {
    name: 'the loss is unknown and a human rejects it',
    scene: async () => ({ plan: await steadyPlan(), arrange: unknownLoss, answer: 'reject' }),
    end: 'Rejected',
    promotions: 0,
    by: ['ApprovalRejected'],
  },
  {
    name: 'the loss is unknown and a human accepts it',
    scene: async () => ({ plan: await steadyPlan(), arrange: unknownLoss, answer: 'approve' }),
    end: 'Recovered',
    promotions: 1,
    by: ['RequestApproval', 'ReobserveOutage'],
  },
  {
    name: 'the probes never agree: a human is asked, and rejects',
    scene: async () => await undecided('reject'),
    end: 'Rejected',
    promotions: 0,
    by: ['WaitForNextLook', 'RequestApproval'],
  },
  {
    name: 'the probes never agree: a human is asked, and knows better',
    scene: async () => await undecided('approve'),
    end: 'Recovered',
    promotions: 1,
    by: ['WaitForNextLook', 'RequestApproval'],
  },
  {
    name: 'the loss is greater than what was approved: the votes are void, and it is asked again',
    scene: lossGrows(1),
    end: 'Recovered',
    promotions: 1,
    by: ['ReobserveOutage'],
  },
  {
    name: 'the loss grows after every approval: nobody can decide on that',
    scene: lossGrows(9),
    end: 'NotPromoted',
    promotions: 0,
    by: ['ApprovalRefused'],
  },
  {
    name: 'the replica cannot be promoted: refused',
    scene: async () => ({
      plan: await steadyPlan(),
      arrange: ({ world }) => {
        for (const database of world.databases.values()) database.status = 'storage-full';
      },
    }),
    end: 'NotPromoted',
    promotions: 0,
    by: ['Refused'],
    notBy: ['RequestApproval', 'FencePrimary'],
  },
  {
    name: 'the kill switch is turned while the outage is confirmed: refused',
    scene: paused('ConfirmOutage'),
    end: 'NotPromoted',
    promotions: 0,
    by: ['Refused'],
  },
  {
    name: 'the kill switch is turned right before the fence: refused',
    scene: paused('FencePrimary'),
    end: 'NotPromoted',
    promotions: 0,
    notBy: ['LastLook'],
  },
  {
    name: 'the kill switch is turned after the promotion: only forward',
    scene: paused('PromoteDatabase'),
    end: 'Recovered',
    promotions: 1,
  },
  {
    name: 'the primary cannot be fenced and the plan accepts that: fenced again later',
    scene: async () => ({ plan: await steadyPlan() }),
    end: 'Recovered',
    promotions: 1,
    by: ['RefencePrimary'],
    notBy: ['RequestApproval', 'RequestUnfencedApproval'],
  },
  {
    name: 'the fence is confirmed: nothing is asked and nothing fenced twice',
    scene: async () => ({ plan: await edgelessPlan(), arrange: withControlPlane }),
    end: 'Recovered',
    promotions: 1,
    by: ['WaitForRoute'],
    notBy: ['RefencePrimary', 'RequestUnfencedApproval'],
  },
  {
    name: 'the standby has no capacity: promoted, not switched, said so',
    scene: async () => ({ plan: await steadyPlan(), arrange: withoutCapacity }),
    end: 'FailoverFailed',
    promotions: 1,
    by: ['StandbyNotReady'],
    notBy: ['SwitchTraffic', 'StandDown'],
  },
  {
    name: 'the standby and the service stumble at first: looked at again',
    scene: async () => ({
      plan: await steadyPlan(),
      onState: both(
        when('VerifyStandby', ({ facts }) => (facts.unitsRunning = 0)),
        when('WaitForStandby', ({ facts }) => (facts.unitsRunning = 2)),
        when('VerifyService', ({ facts }) => (facts.unitsRunning = 0)),
        when('WaitForService', ({ facts }) => (facts.unitsRunning = 2)),
      ),
    }),
    end: 'Recovered',
    promotions: 1,
    by: ['WaitForStandby', 'WaitForService'],
  },
  {
    name: 'a step answers what nobody expects: what was prepared is undone',
    scene: async () => ({
      plan: await steadyPlan(),
      around: async (call, run) =>
        call.stateName === 'ConfirmOutage' ? { verdict: 'confirmed' } : await run(),
    }),
    end: 'NotPromoted',
    promotions: 0,
    by: ['StandDown'],
  },
  {
    name: 'the undo of an older run may still land: nothing is fenced before it is over',
    scene: async () => ({
      plan: await steadyPlan(),
      arrange: ({ world, clock }) => {
        const settlesAt = new Date(clock.now().getTime() + 200_000).toISOString();
        const { plan } = world;
        world.items.set(`region-failover-dev-IncidentTable|PLAN#${plan.name}|LOCK`, {
          ...{ pk: `PLAN#${plan.name}`, sk: 'LOCK', plan: plan.name, epoch: 1 },
          ...{ incidentId: 'orders-older-1', status: 'closed', outcome: 'failed', settlesAt },
          expiresAt: settlesAt,
        });
      },
    }),
    end: 'Recovered',
    promotions: 1,
    by: ['WaitForOlderRun'],
  },
  ...lookScenarios,
  ...unfencedScenarios,
];
