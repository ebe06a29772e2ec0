import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { move } from '../lab/virtual/move.ts';
import { steadyPlan } from './plans.ts';
import type { Story } from './switchover-scene.ts';

/** A switchover, and how it must end. */
export interface Told {
  readonly name: string;
  readonly story: () => Partial<Story> | Promise<Partial<Story>>;
  readonly end: string;
  readonly isMoved: boolean;
  readonly by?: readonly string[];
  readonly notBy?: readonly string[];
  /** What its cause or its output says. */
  readonly cause?: string;
}

type Hook = NonNullable<Story['onState']>;
type Stage = Parameters<Hook>[2];

/** Does something when a state is entered for the nth time. */
function when(state: string, act: (stage: Stage) => void, nth = 1): Hook {
  let seen = 0;
  return (name, _execution, stage) => {
    if (name !== state) return;
    seen += 1;
    if (seen === nth) act(stage);
  };
}

/** Nobody is served for a minute. */
const faint = (stage: Stage): void => {
  const { unitsRunning } = stage.facts;
  stage.facts.unitsRunning = 0;
  void stage.clock.sleep(60_000).then(() => {
    stage.facts.unitsRunning = unitsRunning;
  });
};

const pause = ({ world, account }: Stage): void => {
  world.parameters.set(`${account.runtime.environment.switchPrefix}/orders`, 'paused');
};

const MEGABYTE = 1024 * 1024;
const declined = { end: 'Declined', isMoved: false, notBy: ['RebuildReplicas'] } as const;
const early = { end: 'NotMoved', isMoved: false, notBy: ['HoldWrites'] } as const;
const late = { end: 'NotMoved', isMoved: false, by: ['HoldWrites', 'StandDown'] } as const;
const moved = { end: 'Moved', isMoved: true } as const;

const declining: readonly Told[] = [
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

const unwinding: readonly Told[] = [
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
