import { describe, expect, it } from '@jest/globals';
import { planIam } from '../../../aws/drivers/iam.ts';
import { examplePlan } from '../support.ts';

const plan = examplePlan({
  detection: {
    alarms: ['arn:aws:cloudwatch:eu-west-1:111122223333:alarm:down'],
    probes: [
      { kind: 'rdsStatus', id: 'status', instance: 'shop-db' },
      { kind: 'replicationProgress', id: 'progress', database: 'orders' },
      {
        kind: 'alarmState',
        id: 'alarm',
        alarm: 'arn:aws:cloudwatch:us-west-2:111122223333:alarm:x',
      },
      { kind: 'tcp', id: 'tcp', host: 'db', port: 5432 },
    ],
    confirm: { minimumOutageSeconds: 60, deadlineSeconds: 600 },
  },
  fencing: [
    { kind: 'securityGroup', id: 'sg', groupId: 'sg-0123456789abcdef0' },
    { kind: 'edge', id: 'edge', traffic: 'dns' },
  ],
  compute: [
    { kind: 'autoScalingGroup', id: 'web', group: 'shop-web', instances: 2 },
    { kind: 'ecsService', id: 'api', cluster: 'shop', service: 'api', tasks: 2 },
  ],
  traffic: [
    {
      kind: 'route53Record',
      id: 'dns',
      hostedZoneId: 'Z0123456789ABC',
      name: 'Shop.example.com.',
      routing: 'failover',
      primary: 'p',
      standby: 's',
    },
    {
      kind: 'healthCheckMarker',
      id: 'marker',
      name: 'shop.example.com',
      bucket: 'shop-markers',
      key: 'k',
    },
  ],
  notifications: [
    { kind: 'sns', id: 'people', topicArn: 'arn:aws:sns:us-west-2:111122223333:pages' },
    { kind: 'slackWebhook', id: 'ops', urlParameter: '/failover/shop/slack' },
  ],
});
const iam = planIam(plan);
const categories = [
  iam.detection,
  iam.databases,
  iam.fencing,
  iam.compute,
  iam.traffic,
  iam.notifications,
];
const all = categories.flatMap(({ read, change }) => [...read, ...change]);

describe('the permissions of a plan', () => {
  it('say why wherever a resource is not named', () => {
    for (const statement of all)
      if (statement.resources.some((resource) => resource.endsWith('*')))
        expect(statement.because).toMatch(/\.$/);
  });

  it('bind every statement on * to one Region', () => {
    for (const { resources, condition } of all)
      if (resources.includes('*'))
        expect(condition?.['StringEquals']).toHaveProperty(['aws:RequestedRegion']);
  });

  it('never hold a wildcard action', () => {
    for (const { actions } of all) for (const action of actions) expect(action).not.toContain('*');
  });

  it('change nothing with a read permission', () => {
    const actions = categories.flatMap(({ read }) => read.flatMap((one) => one.actions));
    for (const action of actions) expect(action).toMatch(/:(Describe|Get|List)/);
    expect(iam.detection.change).toEqual([]);
  });

  it('promote the one replica', () => {
    expect(iam.databases.change).toEqual([
      {
        actions: ['rds:PromoteReadReplica'],
        resources: ['arn:${AWS::Partition}:rds:eu-west-1:${AWS::AccountId}:db:shop-db-replica'],
      },
    ]);
  });

  it('change the one name, and give the edge fence what its traffic driver needs', () => {
    const [zone] = iam.traffic.change;
    expect(zone?.resources).toEqual(['arn:${AWS::Partition}:route53:::hostedzone/Z0123456789ABC']);
    expect(zone?.condition?.['ForAllValues:StringEquals']).toEqual({
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['shop.example.com'],
      'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
      'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE'],
    });
    expect(iam.fencing.change).toContainEqual(zone);
  });

  it('ask each service in the Region where it is', () => {
    const regionOf = (action: string) =>
      iam.detection.read.find(({ actions }) => actions.includes(action))?.condition?.[
        'StringEquals'
      ];
    expect(regionOf('rds:DescribeDBInstances')).toEqual({ 'aws:RequestedRegion': 'eu-central-1' });
    expect(regionOf('cloudwatch:DescribeAlarms')).toEqual({ 'aws:RequestedRegion': 'us-west-2' });
  });
});
