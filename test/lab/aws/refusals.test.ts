import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { AutoScalingClient, UpdateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { ChangeResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import { createClientFactory } from '../../../aws/clients.ts';
import type { ClientFactory } from '../../../aws/runtime.ts';
import { holds, update } from '../../../lab/aws/dynamodb-expressions.ts';
import { matches } from '../../../lab/aws/event-pattern.ts';
import { answerFromWorld } from '../../../lab/aws/intercept.ts';
import type { VirtualStage } from '../../../lab/virtual/run-event.ts';
import { drillPlanFile, planOf, play } from '../virtual/scene.ts';

const HOME = 'eu-central-1';

/** Clients that ask a world in which nothing happened yet. */
async function clients(change: (stage: VirtualStage) => void = () => undefined) {
  const { stage } = await play({ plan: await planOf(drillPlanFile), primary: 'up' });
  change(stage);
  const factory: ClientFactory = createClientFactory((client, region) => {
    answerFromWorld(client, region, stage.world);
  });
  return { factory, world: stage.world };
}

type Ask = (client: ClientFactory) => Promise<unknown>;

describe('the simulated AWS refuses', () => {
  const unmodelled: [string, Ask][] = [
    [
      'a command that it does not model',
      (client) => client(DynamoDBClient, HOME).send(new ScanCommand({ TableName: 't' })),
    ],
    ['another one', (client) => client(CloudWatchClient, HOME).send(new ListMetricsCommand({}))],
    [
      'a read that is not consistent',
      (client) =>
        client(DynamoDBClient, HOME).send(new GetItemCommand({ TableName: 't', Key: {} })),
    ],
    [
      'alarms of no named type',
      (client) =>
        client(CloudWatchClient, HOME).send(new DescribeAlarmsCommand({ AlarmNames: [] })),
    ],
    [
      'an attribute that it does not model',
      (client) =>
        client(S3Client, HOME).send(
          new PutObjectCommand({
            Bucket: 'b',
            Key: 'k',
            Body: '',
            ContentType: 'text/plain',
            ACL: 'public-read',
          }),
        ),
    ],
    [
      'a subject that SNS would refuse',
      (client) =>
        client(SNSClient, HOME).send(
          new PublishCommand({ TopicArn: 'arn', Subject: 'x'.repeat(101), Message: 'm' }),
        ),
    ],
  ];
  it.each(unmodelled)('%s', async (_, ask) => {
    const { factory } = await clients();
    await expect(ask(factory)).rejects.toMatchObject({ name: 'UnmodelledCallError' });
  });

  const missing: [string, Ask, string][] = [
    [
      'an instance of another Region',
      (client) =>
        client(RDSClient, HOME).send(
          new DescribeDBInstancesCommand({ DBInstanceIdentifier: 'orders-primary' }),
        ),
      'DBInstanceNotFoundFault',
    ],
    [
      'a security group of another Region',
      (client) =>
        client(EC2Client, HOME).send(
          new DescribeSecurityGroupsCommand({ GroupIds: ['sg-0123456789abcdef0'] }),
        ),
      'InvalidGroup.NotFound',
    ],
    [
      'a parameter that nobody wrote',
      (client) => client(SSMClient, HOME).send(new GetParameterCommand({ Name: '/nothing' })),
      'ParameterNotFound',
    ],
    [
      'an object that nobody put',
      (client) => client(S3Client, HOME).send(new HeadObjectCommand({ Bucket: 'b', Key: 'k' })),
      'NotFound',
    ],
    [
      'a group that wishes for more than its maximum',
      (client) =>
        client(AutoScalingClient, HOME).send(
          new UpdateAutoScalingGroupCommand({
            AutoScalingGroupName: 'orders-web',
            MinSize: 1,
            DesiredCapacity: 99,
          }),
        ),
      'ValidationError',
    ],
    [
      'a zone that does not exist',
      (client) =>
        client(Route53Client, HOME).send(
          new ChangeResourceRecordSetsCommand({
            HostedZoneId: 'Z0',
            ChangeBatch: { Changes: [] },
          }),
        ),
      'NoSuchHostedZone',
    ],
  ];
  it.each(missing)('%s, by the name that AWS gives it', async (_, ask, name) => {
    const { factory } = await clients();
    await expect(ask(factory)).rejects.toMatchObject({ name });
  });

  it('a token that nobody waits for', async () => {
    const { factory } = await clients();
    const command = new SendTaskSuccessCommand({ taskToken: 'x', output: '{}' });
    await expect(factory(SFNClient, HOME).send(command)).rejects.toThrow(/waits for this token/);
  });

  it('every call into a Region that does not answer', async () => {
    const { factory } = await clients(({ world }) => world.unreachable.add('eu-west-1'));
    const ask = new DescribeSecurityGroupsCommand({ GroupIds: [] });
    await expect(factory(EC2Client, 'eu-west-1').send(ask)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    await expect(
      factory(ECSClient, HOME).send(new DescribeServicesCommand({ cluster: 'c', services: ['s'] })),
    ).resolves.toMatchObject({ failures: [{ reason: 'MISSING' }] });
  });
});

describe('expressions of DynamoDB', () => {
  const bindings = { names: { '#s': 'status' }, values: { ':a': 'a', ':b': 'b' } };
  it.each([
    ['AND and OR together', 'x = :a AND y = :b OR z = :a'],
    ['a function that it does not model', 'contains(x, :a)'],
    ['a name that is not bound', '#nobody = :a'],
    ['a value that is not bound', 'x = :nobody'],
  ])('refuse %s', (_, condition) => {
    expect(() => holds(condition, { x: 'a' }, bindings)).toThrow(
      /not (model|mix|bound)|is not bound/,
    );
  });

  it.each([
    ['attribute_not_exists(pk)', undefined, true],
    ['attribute_not_exists(pk)', { pk: 'x' }, false],
    ['#s = :a', { status: 'a' }, true],
    ['#s = :a', undefined, false],
    ['x <> :a', undefined, true],
    ['x > :a', { x: 'b' }, true],
    ['x > :b', { x: 'a' }, false],
    ['#s = :a AND x = :b', { status: 'a', x: 'a' }, false],
    ['#s = :b OR x = :a', { status: 'a', x: 'a' }, true],
  ])('%s on %j is %s', (condition, item, expected) => {
    expect(holds(condition, item, bindings)).toBe(expected);
  });

  it('refuse an update that they do not model', () => {
    expect(() => update('ADD n :a', {}, bindings)).toThrow(/does not model this update/);
  });

  it('set and remove', () => {
    expect(update('SET #s = :a, y = :b REMOVE x', { x: 1, z: 2 }, bindings)).toStrictEqual({
      z: 2,
      status: 'a',
      y: 'b',
    });
  });
});

describe('patterns of EventBridge', () => {
  it.each([{ prefix: 'a' }, { exists: true }, { 'anything-but': 'a', prefix: 'b' }])(
    'refuse the operator %j',
    (operator) => {
      expect(() => matches({ x: [operator] }, { x: 'a' })).toThrow(/does not model the operator/);
    },
  );

  it.each([
    [{ x: ['a', 'b'] }, { x: 'b' }, true],
    [{ x: ['a'] }, { x: ['c', 'a'] }, true],
    [{ x: ['a'] }, {}, false],
    [{ x: { y: ['a'] } }, { x: { y: 'a', z: 1 } }, true],
    [{ x: [{ 'anything-but': 'ALARM' }] }, { x: 'OK' }, true],
    [{ x: [{ 'anything-but': 'ALARM' }] }, { x: 'ALARM' }, false],
    [{ x: [{ 'anything-but': 'ALARM' }] }, {}, false],
  ])('%j and %j: %s', (pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});
