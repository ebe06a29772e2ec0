import { move } from '../lab/virtual/move.ts';
import type { Told } from './switchover-hooks.ts';
import { faint, hide, MEGABYTE, show, when } from './switchover-hooks.ts';
import { declining, unwinding } from './switchover-unmoved.ts';

const moved = { end: 'Moved', isMoved: true } as const;

const moving: readonly Told[] = [
  { name: 'moves the service to the standby Region', story: () => ({}), ...moved },
  {
    name: 'brings the service home after a failover, and builds the replica for it',
    story: () => ({ after: 'failover' }),
    by: ['WaitForReplica', 'LiftFence'],
    ...moved,
  },
  {
    name: 'ends sessions that the fence leaves, and proves the fence again',
    story: () => ({
      arrange: ({ facts }) => {
        facts.sessions.primary = 3;
      },
    }),
    by: ['WaitToCatchUp'],
    ...moved,
  },
  {
    name: 'tries a fence again that is not reached at once',
    story: () => ({ arrange: hide, onState: when('WaitToHoldAgain', show) }),
    by: ['WaitToHoldAgain', 'CatchUp'],
    ...moved,
  },
  {
    name: 'waits for a replica that comes near',
    story: () => ({
      arrange: ({ facts }) => {
        facts.behindBytes = 100 * MEGABYTE;
      },
      onState: when(
        'WaitForReadiness',
        ({ facts }) => {
          facts.behindBytes = 0;
        },
        3,
      ),
    }),
    ...moved,
  },
  {
    name: 'waits for a replica that fell behind while people decided',
    story: () => ({
      onState: (name, _execution, { facts }) => {
        if (name === 'WarmUpTarget') facts.behindBytes = 100 * MEGABYTE;
        if (name === 'WaitToRecheck') facts.behindBytes = 0;
      },
    }),
    by: ['WaitToRecheck', 'HoldWrites'],
    ...moved,
  },
  {
    name: 'waits until the undo of the run before cannot open its fence any more',
    story: () => ({
      arrange: async (stage) => {
        stage.facts.prepared = 1;
        await move(stage, 'eu-central-1', { answer: 'approve' });
        stage.facts.prepared = 0;
      },
    }),
    by: ['WaitForOlderRun'],
    ...moved,
  },
  {
    name: 'waits for a target that is not well at once',
    story: () => ({ onState: when('VerifyStandby', faint) }),
    by: ['WaitForStandby'],
    ...moved,
  },
  {
    name: 'waits for a service that is not well at once',
    story: () => ({ onState: when('VerifyService', faint) }),
    by: ['WaitForService'],
    ...moved,
  },
];

/** Every story of a switchover. */
export const stories: readonly Told[] = [
  ...declining,
  ...unwinding,
  ...moving,
  {
    name: 'makes a replica, and moves nothing',
    story: () => ({ after: 'failover', action: 'rebuild' }),
    ...{ end: 'Prepared', isMoved: false, by: ['WaitForReplica'], notBy: ['AssessReadiness'] },
  },
];
