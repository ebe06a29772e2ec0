import * as z from 'zod';
import type { CallOfFunction } from '../../lab/account.ts';

/** One permission that a call needs. `*` as a resource: AWS knows nothing narrower for it. */
export interface Needed {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

const Strings = z.record(z.string(), z.unknown());
const ACCOUNT = '111122223333';

type Field = (name: string) => string;
type Rule = (field: Field, region: string, input: Record<string, unknown>) => [string, string][];

const anywhere =
  (action: string): Rule =>
  () => [[action, '*']];
const arn =
  (action: string, path: (field: Field) => string): Rule =>
  (field, region) => {
    const [service = ''] = action.split(':');
    return [[action, `arn:aws:${service}:${region}:${ACCOUNT}:${path(field)}`]];
  };
const table = (action: string): Rule => arn(action, (field) => `table/${field('TableName')}`);
const group = (action: string): Rule =>
  arn(action, (field) => {
    return `autoScalingGroup:some-uuid:autoScalingGroupName/${field('AutoScalingGroupName')}`;
  });
const object =
  (...actions: string[]): Rule =>
  (field) =>
    actions.map((action) => [
      action,
      `arn:aws:s3:::${field('Bucket')}${action === 's3:ListBucket' ? '' : `/${field('Key')}`}`,
    ]);
const zone =
  (action: string): Rule =>
  (field) => [[action, `arn:aws:route53:::hostedzone/${field('HostedZoneId')}`]];

const rds =
  (action: string, paths: (field: Field) => string[]): Rule =>
  (field, region) =>
    paths(field).map((path) => [`rds:${action}`, `arn:aws:rds:${region}:${ACCOUNT}:${path}`]);

const TransactItems = z.array(z.record(z.string(), z.object({ TableName: z.string() })));
const Ids = z.array(z.string());
const Mail = z.object({
  FromEmailAddress: z.string(),
  Destination: z.object({ ToAddresses: z.array(z.string()) }),
});

/** The bare address of a sender with a name. */
const senderOf = (from: string): string => /<([^>]+)>$/.exec(from)?.[1] ?? from;

/** What each command needs (Service Authorization Reference). A command that lacks here fails. */
const commands: Readonly<Record<string, Rule>> = {
  GetItemCommand: table('dynamodb:GetItem'),
  PutItemCommand: table('dynamodb:PutItem'),
  UpdateItemCommand: table('dynamodb:UpdateItem'),
  QueryCommand: table('dynamodb:Query'),
  TransactWriteItemsCommand: (_, region, input) =>
    TransactItems.parse(input['TransactItems']).flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]): [string, string] => [
        `dynamodb:${kind}Item`,
        `arn:aws:dynamodb:${region}:${ACCOUNT}:table/${TableName}`,
      ]),
    ),
  GetParameterCommand: arn('ssm:GetParameter', (field) => `parameter${field('Name')}`),
  // A missing key is told from a forbidden one only to whoever may list the bucket.
  HeadObjectCommand: object('s3:GetObject', 's3:ListBucket'),
  GetObjectCommand: object('s3:GetObject', 's3:ListBucket'),
  PutObjectCommand: object('s3:PutObject'),
  StartExecutionCommand: (_, __, { stateMachineArn }) => [
    ['states:StartExecution', String(stateMachineArn)],
  ],
  DescribeExecutionCommand: (_, __, { executionArn }) => [
    ['states:DescribeExecution', String(executionArn)],
  ],
  DeleteObjectCommand: object('s3:DeleteObject'),
  SendEmailCommand: (_, region, input) => {
    const { FromEmailAddress, Destination } = Mail.parse(input);
    return [senderOf(FromEmailAddress), ...Destination.ToAddresses].map((address) => [
      'ses:SendEmail',
      `arn:aws:ses:${region}:${ACCOUNT}:identity/${address}`,
    ]);
  },
  GetSecretValueCommand: (field) => [['secretsmanager:GetSecretValue', field('SecretId')]],
  PublishCommand: (field) => [['sns:Publish', field('TopicArn')]],
  SendTaskSuccessCommand: arn(
    'states:SendTaskSuccess',
    () => 'stateMachine:region-failover-dev-failover',
  ),
  DescribeAlarmsCommand: anywhere('cloudwatch:DescribeAlarms'),
  GetMetricStatisticsCommand: anywhere('cloudwatch:GetMetricStatistics'),
  DescribeDBInstancesCommand: anywhere('rds:DescribeDBInstances'),
  PromoteReadReplicaCommand: arn(
    'rds:PromoteReadReplica',
    (field) => `db:${field('DBInstanceIdentifier')}`,
  ),
  DescribeDBSnapshotsCommand: anywhere('rds:DescribeDBSnapshots'),
  CreateDBSnapshotCommand: rds('CreateDBSnapshot', (field) => [
    `db:${field('DBInstanceIdentifier')}`,
    `snapshot:${field('DBSnapshotIdentifier')}`,
  ]),
  ModifyDBInstanceCommand: (field, region, input) =>
    rds('ModifyDBInstance', () => [
      `db:${field('DBInstanceIdentifier')}`,
      'DBParameterGroupName' in input
        ? `pg:${field('DBParameterGroupName')}`
        : `db:${field('NewDBInstanceIdentifier')}`,
    ])(field, region, input),
  CreateDBInstanceReadReplicaCommand: (field, region, input) => [
    ...rds('CreateDBInstanceReadReplica', () => [
      `db:${field('DBInstanceIdentifier')}`,
      // Without one named it is the default group of the engine.
      'pg:default.postgres16',
      `subgrp:${field('DBSubnetGroupName')}`,
    ])(field, region, input),
    ['rds:CreateDBInstanceReadReplica', field('SourceDBInstanceIdentifier')],
  ],
  DescribeAutoScalingGroupsCommand: anywhere('autoscaling:DescribeAutoScalingGroups'),
  DescribeScalingActivitiesCommand: anywhere('autoscaling:DescribeScalingActivities'),
  UpdateAutoScalingGroupCommand: group('autoscaling:UpdateAutoScalingGroup'),
  ResumeProcessesCommand: group('autoscaling:ResumeProcesses'),
  SuspendProcessesCommand: group('autoscaling:SuspendProcesses'),
  DescribeTargetHealthCommand: anywhere('elasticloadbalancing:DescribeTargetHealth'),
  DescribeServicesCommand: (field, region, input) =>
    Ids.parse(input['services']).map((service) => [
      'ecs:DescribeServices',
      `arn:aws:ecs:${region}:${ACCOUNT}:service/${field('cluster')}/${service}`,
    ]),
  UpdateServiceCommand: arn('ecs:UpdateService', (field) => {
    return `service/${field('cluster')}/${field('service')}`;
  }),
  DescribeScalableTargetsCommand: anywhere('application-autoscaling:DescribeScalableTargets'),
  RegisterScalableTargetCommand: anywhere('application-autoscaling:RegisterScalableTarget'),
  DescribeSecurityGroupsCommand: anywhere('ec2:DescribeSecurityGroups'),
  DescribeSecurityGroupRulesCommand: anywhere('ec2:DescribeSecurityGroupRules'),
  RevokeSecurityGroupIngressCommand: (field, region, input) =>
    [
      `security-group/${field('GroupId')}`,
      ...Ids.parse(input['SecurityGroupRuleIds']).map((id) => `security-group-rule/${id}`),
    ].map((path) => ['ec2:RevokeSecurityGroupIngress', `arn:aws:ec2:${region}:${ACCOUNT}:${path}`]),
  AuthorizeSecurityGroupIngressCommand: arn(
    'ec2:AuthorizeSecurityGroupIngress',
    (field) => `security-group/${field('GroupId')}`,
  ),
  ListResourceRecordSetsCommand: zone('route53:ListResourceRecordSets'),
  ChangeResourceRecordSetsCommand: zone('route53:ChangeResourceRecordSets'),
};

const Batch = z.object({
  Changes: z.array(
    z.object({
      Action: z.string(),
      ResourceRecordSet: z.object({ Name: z.string(), Type: z.string() }),
    }),
  ),
});

/** The permissions that a call needs. @throws for a command that the table lacks */
export function neededBy({ command, region, input }: CallOfFunction): Needed[] {
  const rule = commands[command];
  if (rule === undefined) throw new Error(`The table of this test lacks ${command}.`);
  const fields = Strings.parse(input);
  const context: Record<string, string[]> = { 'aws:RequestedRegion': [region] };
  if (fields['ChangeBatch'] !== undefined) {
    const { Changes } = Batch.parse(fields['ChangeBatch']);
    const prefix = 'route53:ChangeResourceRecordSets';
    context[`${prefix}Actions`] = Changes.map(({ Action }) => Action);
    context[`${prefix}RecordTypes`] = Changes.map((each) => each.ResourceRecordSet.Type);
    context[`${prefix}NormalizedRecordNames`] = Changes.map((each) =>
      each.ResourceRecordSet.Name.toLowerCase().replace(/\.$/, ''),
    );
  }
  if (command === 'SendEmailCommand') {
    context['ses:FromAddress'] = [senderOf(Mail.parse(input).FromEmailAddress)];
  }
  return rule((name) => z.string().parse(fields[name]), region, fields).map(
    ([action, resource]) => ({ action, resource, context }),
  );
}
