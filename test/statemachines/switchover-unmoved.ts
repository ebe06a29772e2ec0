import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { steadyPlan } from './plans.ts';
import type { Told } from './switchover-hooks.ts';
import { hide, MEGABYTE, pause, when } from './switchover-hooks.ts';

const declined = { end: 'Declined', isMoved: false, notBy: ['RebuildReplicas'] } as const;
const early = { end: 'NotMoved', isMoved: false, notBy: ['HoldWrites'] } as const;
const late = { end: 'NotMoved', isMoved: false, by: ['HoldWrites', 'StandDown'] } as const;

/** It does not begin. */
export const declining: readonly Told[] = [
  {
    name: 'is declined while nobody has acknowledged the failover',
    story: () => ({
      after: 'unsettled failover',
      arrange: ({ world }) => {
        world.unreachable.clear();
      },
    }),
    cause: 'Nobody has acknowledged',
    ...declined,
  },
  {
    name: 'is declined while nobody has accounted for what the failover left behind',
    story: () => ({
      after: 'unsettled failover',
      arrange: async ({ world, account }) => {
        world.unreachable.clear();
        await acknowledgePromotion(account.runtime, 'orders');
      },
    }),
    cause: 'not accounted for',
    ...declined,
  },
  {
    name: 'is declined where the service is already',
    story: () => ({ to: 'eu-west-1' }),
    cause: 'in that Region already',
    ...declined,
  },
  {
    name: 'is declined to a Region that the plan does not have, and wakes nobody',
    story: () => ({ to: 'us-east-1' }),
    cause: 'The plan has no such Region',
    ...declined,
  },
  {
    name: 'is declined while the plan is paused',
    story: () => ({ arrange: pause }),
    cause: 'kill switch',
    ...declined,
  },
  {
    name: 'is declined where the Region that is left does not answer: that is a failover',
    story: () => ({
      arrange: ({ world }) => {
        world.unreachable.add('eu-west-1');
      },
    }),
    cause: 'A dead Region is a failover',
    ...declined,
  },
];

/** It gives up, and writes go on where they were. */
export const unwinding: readonly Told[] = [
  {
    name: 'ends as rejected, if somebody says no',
    story: () => ({ answer: 'reject' }),
    ...{ end: 'Rejected', isMoved: false, notBy: ['WarmUpTarget'] },
  },
  {
    name: 'ends as expired, if nobody says anything',
    story: () => ({ answer: undefined }),
    ...{ end: 'Expired', isMoved: false, notBy: ['WarmUpTarget'] },
  },
  {
    name: 'holds no writes before a replica that is far behind',
    story: () => ({
      arrange: ({ facts }) => {
        facts.behindBytes = 100 * MEGABYTE;
      },
    }),
    cause: 'Writes were never held',
    ...early,
  },
  {
    name: 'holds no writes before a replica that fell behind while people decided',
    story: () => ({
      onState: when('WarmUpTarget', ({ facts }) => {
        facts.behindBytes = 100 * MEGABYTE;
      }),
    }),
    cause: 'Writes were never held',
    by: ['WaitToRecheck', 'StandDown'],
    ...early,
  },
  {
    name: 'holds no writes before the capacity is there',
    story: () => ({
      arrange: ({ facts }) => {
        facts.noCapacity = true;
      },
    }),
    ...early,
  },
  {
    name: 'lets writes go on where the replica does not catch up',
    story: () => ({
      onState: when('HoldWrites', ({ facts }) => {
        facts.behindBytes = 5000;
      }),
    }),
    cause: 'did not catch up in time',
    ...late,
  },
  {
    name: 'lets writes go on where a transaction stays prepared',
    story: () => ({
      arrange: ({ facts }) => {
        facts.prepared = 1;
      },
    }),
    cause: '1 prepared transactions',
    ...late,
  },
  {
    name: 'ends nobody’s session where no fence is reached',
    story: () => ({ arrange: hide }),
    cause: 'NotFenced: Writes are not known to be held',
    ...{ ...late, notBy: ['CatchUp'] },
  },
  {
    name: 'lets writes go on where nothing proves that the fence holds',
    story: async () => {
      const plan = await steadyPlan();
      const fencing = plan.fencing.map((fence) =>
        fence.kind === 'securityGroup' ? { ...fence, proof: undefined } : fence,
      );
      return { plan: { ...plan, fencing } };
    },
    cause: 'NotFenced',
    ...late,
  },
  {
    name: 'lets writes go on where it is paused while they are held',
    story: () => ({ onState: when('CatchUp', pause) }),
    cause: 'kill switch',
    ...late,
  },
];
