import type { IamStatement } from '../drivers/driver.ts';
import {
  answerTask,
  except,
  leaveBehind,
  listStreams,
  readLinkSecret,
  readStream,
  readSwitch,
  shut,
  startReconciliation,
  table,
  writeReport,
} from './stack-statements.ts';
import type { Needs } from './stack-statements.ts';
import { reconcileNeeds } from './reconcile-needs.ts';
import { movesOf, switchoverNeeds } from './switchover-needs.ts';

const describeAlarms: IamStatement = {
  actions: ['cloudwatch:DescribeAlarms'],
  resources: ['*'],
  because: 'Composite alarms can only be described with the resource *.',
};

const lag = 'cloudwatch:GetMetricStatistics';
const role = 'rds:DescribeDBInstances';
/** Putting back: what was never done cannot be undone. */
const undoing = [
  'ec2:AuthorizeSecurityGroupIngress',
  's3:DeleteObject',
  'autoscaling:SuspendProcesses',
];
/** Looking whether units serve already. */
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
];

const nothing = (): readonly IamStatement[] => [];

const failoverNeeds: Readonly<Record<string, Needs>> = {
  OpenIncident: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem'), readSwitch],
    plan: nothing,
  },
  Announce: {
    stack: [table('GetItem', 'PutItem', 'Query')],
    plan: ({ notifications }) => notifications.change,
  },
  ObserveOutage: { stack: [], plan: ({ detection }) => detection.read },
  ReobserveOutage: { stack: [readSwitch], plan: ({ detection }) => detection.read },
  AssessDataLoss: {
    stack: [],
    plan: ({ databases }) => [...except(databases.read, role), describeAlarms],
  },
  Authorize: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: ({ databases }) => except(databases.read, lag),
  },
  JudgeApproval: { stack: [table('GetItem', 'PutItem', 'UpdateItem')], plan: nothing },
  RequestApproval: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query'), answerTask, readLinkSecret],
    plan: ({ notifications }) => notifications.change,
  },
  WarmUpCompute: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ compute }) => except([...compute.read, ...compute.change], ...capacity, ...undoing),
  },
  FencePrimary: {
    stack: [table('GetItem', 'PutItem'), readSwitch],
    plan: ({ fencing }) => except([...fencing.read, ...fencing.change], ...undoing),
  },
  PromoteDatabase: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query')],
    // The look before a request that comes late.
    plan: ({ databases, detection }) => [
      ...except(databases.read, lag),
      ...databases.change,
      ...detection.read,
    ],
  },
  CheckCapacity: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ compute }) => except([...compute.read, ...compute.change], ...undoing),
  },
  VerifyStandby: { stack: [], plan: ({ databases }) => except(databases.read, lag) },
  SwitchRoute: {
    stack: [table('GetItem', 'PutItem')],
    plan: ({ traffic }) => except([...traffic.read, ...traffic.change], ...undoing),
  },
  VerifyService: { stack: [], plan: nothing },
  StandDown: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem')],
    plan: ({ fencing, compute }) =>
      except(
        [...fencing.read, ...fencing.change, ...compute.read, ...compute.change],
        'ec2:RevokeSecurityGroupIngress',
        's3:GetObject',
        's3:ListBucket',
        's3:PutObject',
        'autoscaling:ResumeProcesses',
        ...capacity,
        ...looking,
      ),
  },
  CloseIncident: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query'), writeReport],
    plan: ({ notifications }) => notifications.change,
  },
  FrontDoor: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query'), readLinkSecret],
    plan: ({ signingSecrets }) => signingSecrets.read,
  },
  OnVote: {
    stack: [
      table('GetItem', 'PutItem', 'UpdateItem'),
      ...[readStream, listStreams, answerTask, leaveBehind],
    ],
    plan: nothing,
  },
  OnIncidentChange: {
    stack: [table('GetItem', 'PutItem', 'Query'), readStream, listStreams, leaveBehind],
    plan: ({ phases }) => phases.change,
  },
  OnSchedule: {
    stack: [table('GetItem', 'PutItem', 'Query'), readSwitch, ...startReconciliation],
    plan: ({ holdingFences, databases, traffic, notifications, evidence }) => [
      ...evidence.change,
      ...except([...holdingFences.read, ...holdingFences.change], ...shut),
      ...except(databases.read, lag),
      ...traffic.read,
      ...notifications.change,
    ],
  },
  OnKeeperSchedule: {
    stack: [table('GetItem')],
    plan: () => [],
    keeps: ({ databases, oldPrimaries, connections }) => [
      ...except(databases.read, lag),
      ...oldPrimaries.read,
      ...connections.read,
    ],
  },
  OnExecutionStatusChange: {
    stack: [table('GetItem', 'PutItem', 'UpdateItem', 'Query'), leaveBehind],
    plan: ({ notifications }) => notifications.change,
  },
};

/** What each function may do: exactly what its step and the drivers of the plans call. */
export const needs: Readonly<Record<string, Needs>> = {
  ...Object.fromEntries(
    Object.entries(failoverNeeds).map(([name, each]) => [name, { ...each, ...movesOf(name) }]),
  ),
  ...switchoverNeeds,
  ...reconcileNeeds,
};
