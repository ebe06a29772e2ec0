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
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describe, expect, it } from '@jest/globals';
import { createClientFactory } from '../../../aws/clients.ts';
import type { ClientFactory } from '../../../aws/runtime.ts';
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
      'a secret of no named stage',
      (client) =>
        client(SecretsManagerClient, HOME).send(new GetSecretValueCommand({ SecretId: 's' })),
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
      'a secret that nobody made',
      (client) =>
        client(SecretsManagerClient, HOME).send(
          new GetSecretValueCommand({ SecretId: 's', VersionStage: 'AWSCURRENT' }),
        ),
      'ResourceNotFoundException',
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
