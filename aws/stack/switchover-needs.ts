import type { IamStatement } from '../drivers/driver.ts';
import type { PlanIam } from '../drivers/iam.ts';
import type { Needs } from './stack-statements.ts';
import { except, readSwitch, table, writeReport } from './stack-statements.ts';

type Moves = NonNullable<Needs['moves']>;

const lag = 'cloudwatch:GetMetricStatistics';
const capacity = [
  'autoscaling:DescribeScalingActivities',
  'elasticloadbalancing:DescribeTargetHealth',
];
/** Looking before a change: putting back writes what was kept, and trusts no look. */
const looking = [
  'autoscaling:DescribeAutoScalingGroups',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSecurityGroupRules',
  'ecs:DescribeServices',
  's3:GetObject',
  's3:ListBucket',
  'route53:ListResourceRecordSets',
];
/** Shutting, for whoever only opens. */
const shutting = 'ec2:RevokeSecurityGroupIngress';
const opening = 'ec2:AuthorizeSecurityGroupIngress';

const nothing = (): readonly IamStatement[] => [];

const databasesOf = (...plans: readonly PlanIam[]): readonly IamStatement[] =>
  plans.flatMap(({ databases }) => except(databases.read, lag));

/**
 * What functions of the failover do on the way back as well. There a marker is taken away to move
 * clients, and put again to undo that.
 */
const moves: Readonly<Record<string, Moves>> = {
  WarmUpCompute: (_there, { compute }) =>
    except([...compute.read, ...compute.change], ...capacity, 'autoscaling:SuspendProcesses'),
  CheckCapacity: (_there, { compute }) =>
    except([...compute.read, ...compute.change], 'autoscaling:SuspendProcesses'),
  FencePrimary: (_there, { fencing }) =>
    except([...fencing.read, ...fencing.change], opening, 's3:PutObject'),
  PromoteDatabase: (_there, back) => [...databasesOf(back), ...back.databases.change],
  VerifyStandby: (_there, back) => databasesOf(back),
  SwitchRoute: (_there, { traffic }) =>
    except([...traffic.read, ...traffic.change], 's3:PutObject'),
  StandDown: (_there, { fencing, compute }) =>
    except(
      [...fencing.change, ...compute.read, ...compute.change],
      ...[shutting, 's3:DeleteObject', 'autoscaling:ResumeProcesses'],
      ...[...capacity, ...looking],
    ),
  OnSchedule: (_there, back) => [
    ...except([...back.holdingFences.read, ...back.holdingFences.change], opening),
    ...databasesOf(back),
    ...back.traffic.read,
  ],
};

/** What a function of the failover needs for switchovers. */
export function movesOf(name: string): Pick<Needs, 'moves'> {
  const found = moves[name];
  return found === undefined ? {} : { moves: found };
}

/** The functions that only switchovers have. */
export const switchoverNeeds: Readonly<Record<string, Needs>> = {
  OpenSwitchover: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem'), readSwitch],
    plan: nothing,
    moves: databasesOf,
  },
  RebuildReplica: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: nothing,
    moves: (there, back) => [
      ...databasesOf(there, back),
      ...there.rebuilds.change,
      ...back.rebuilds.change,
    ],
  },
  LiftFence: {
    stack: [table('GetItem', 'PutItem')],
    plan: nothing,
    moves: (there, back) =>
      except([...there.holdingFences.change, ...back.holdingFences.change], shutting),
  },
  AssessReadiness: {
    stack: [table('GetItem')],
    plan: nothing,
    moves: (there, back) => [...databasesOf(there, back), ...there.connections.read],
  },
  CatchUp: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: nothing,
    moves: (there, back) => [...databasesOf(there, back), ...there.connections.read],
  },
  CloseSwitchover: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query'), writeReport],
    plan: nothing,
    moves: ({ notifications }) => notifications.change,
  },
};
