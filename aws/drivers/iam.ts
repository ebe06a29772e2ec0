import type { Probe } from '../../core/plan/sections.ts';
import { otherSide } from '../other-side.ts';
import type { Notification, Plan } from '../plan.ts';
import { autoScalingGroupIam } from './auto-scaling-group/iam.ts';
import type { IamStatement } from './driver.ts';
import { ecsServiceIam } from './ecs-service/iam.ts';
import { edgeIam } from './edge/iam.ts';
import { rdsReadReplicaIam } from './rds-read-replica/iam.ts';
import { securityGroupIam } from './security-group/iam.ts';
import { evidenceIam, rebuildIam } from './rds-read-replica/rebuild-iam.ts';
import { readingSecret } from './secret.ts';
import { sesIam } from './ses/iam.ts';
import { slackAppIam } from './slack-app/iam.ts';
import { slackWebhookIam } from './slack-webhook/iam.ts';
import { snsIam } from './sns/iam.ts';
import { inRegion } from './statements.ts';
import { trafficIam } from './traffic-iam.ts';

/** The statements of one category of drivers. A function that only looks gets only `read`. */
interface CategoryIam {
  readonly read: readonly IamStatement[];
  readonly change: readonly IamStatement[];
}

/** What a plan's probes and drivers need, by the section of the plan. */
export interface PlanIam {
  readonly detection: CategoryIam;
  readonly databases: CategoryIam;
  readonly fencing: CategoryIam;
  readonly compute: CategoryIam;
  readonly traffic: CategoryIam;
  readonly notifications: CategoryIam;
  /** Fences without those at the edge, which only move clients. */
  readonly holdingFences: CategoryIam;
  /** Making a replica again. */
  readonly rebuilds: CategoryIam;
  /** Keeping what an old primary holds. */
  readonly evidence: CategoryIam;
  /** Looking where the databases of the other Region are. */
  readonly oldPrimaries: CategoryIam;
  /** Reading the secrets with which sessions are opened. */
  readonly connections: CategoryIam;
  /** What telling phases and updating messages needs: not every channel is told of those. */
  readonly phases: CategoryIam;
  /** What whoever takes clicks in Slack needs to know that they come from Slack. */
  readonly signingSecrets: CategoryIam;
}

/** The statements for this plan and nothing wider. The same statement may appear twice. */
export function planIam(plan: Plan): PlanIam {
  const each = (purpose: 'read' | 'change') => ({
    databases: plan.databases.flatMap((config) => rdsReadReplicaIam[purpose](config, plan)),
    fencing: plan.fencing.flatMap((config) =>
      config.kind === 'securityGroup'
        ? securityGroupIam[purpose](config, plan)
        : edgeIam[purpose](config, plan),
    ),
    compute: plan.compute.flatMap((config) =>
      config.kind === 'autoScalingGroup'
        ? autoScalingGroupIam[purpose](config, plan)
        : ecsServiceIam[purpose](config, plan),
    ),
    traffic: plan.traffic.flatMap((config) => trafficIam[purpose](config, plan)),
    notifications: plan.notifications.flatMap((config) => channelStatements(config, purpose, plan)),
  });
  const holding = (purpose: 'read' | 'change') =>
    plan.fencing.flatMap((config) =>
      config.kind === 'securityGroup' ? securityGroupIam[purpose](config, plan) : [],
    );
  const read = each('read');
  const change = each('change');
  return {
    detection: {
      read: plan.detection.probes.flatMap((probe) => probeStatements(probe, plan)),
      change: [],
    },
    databases: { read: read.databases, change: change.databases },
    fencing: { read: read.fencing, change: change.fencing },
    compute: { read: read.compute, change: change.compute },
    traffic: { read: read.traffic, change: change.traffic },
    notifications: { read: read.notifications, change: change.notifications },
    holdingFences: { read: holding('read'), change: holding('change') },
    evidence: { read: [], change: plan.databases.flatMap((each) => evidenceIam(each, plan)) },
    rebuilds: { read: [], change: plan.databases.flatMap((each) => rebuildIam(each, plan)) },
    oldPrimaries: {
      read: plan.databases.flatMap((database) => {
        const other = otherSide({ plan, database });
        const read = rdsReadReplicaIam.read(other.database, other.plan);
        return read.filter(({ actions }) => actions.includes('rds:DescribeDBInstances'));
      }),
      change: [],
    },
    connections: {
      read: plan.databases.flatMap(({ connection }) =>
        connection === undefined
          ? []
          : [{ actions: ['secretsmanager:GetSecretValue'], resources: [connection.secret] }],
      ),
      change: [],
    },
    phases: {
      read: [],
      change: plan.notifications
        .filter((config) => 'phases' in config && (config.phases || config.kind === 'slackApp'))
        .flatMap((config) => channelStatements(config, 'change', plan)),
    },
    signingSecrets: {
      read: plan.notifications.flatMap((config) =>
        'signingSecretParameter' in config && config.signingSecretParameter !== undefined
          ? [readingSecret(config.signingSecretParameter, plan.regions.standby)]
          : [],
      ),
      change: [],
    },
  };
}

function channelStatements(
  config: Notification,
  purpose: 'read' | 'change',
  plan: Plan,
): readonly IamStatement[] {
  switch (config.kind) {
    case 'ses':
      return sesIam[purpose](config, plan);
    case 'slackApp':
      return slackAppIam[purpose](config, plan);
    case 'slackWebhook':
      return slackWebhookIam[purpose](config, plan);
    case 'sns':
      return snsIam[purpose](config, plan);
  }
}

function probeStatements(probe: Probe, plan: Plan): readonly IamStatement[] {
  switch (probe.kind) {
    case 'https':
    case 'tcp':
      return [];
    case 'rdsStatus':
      return [
        inRegion(
          plan.regions.primary,
          ['rds:DescribeDBInstances'],
          'Describing is granted for all, so that a missing instance is told from a denied one.',
        ),
      ];
    case 'replicationProgress':
      return [
        inRegion(
          plan.regions.standby,
          ['cloudwatch:GetMetricStatistics'],
          'CloudWatch metrics have no resource-level permissions.',
        ),
      ];
    case 'alarmState':
      return [
        inRegion(
          probe.alarm.split(':')[3] ?? plan.regions.standby,
          ['cloudwatch:DescribeAlarms'],
          'Composite alarms can only be described with the resource *.',
        ),
      ];
  }
}
