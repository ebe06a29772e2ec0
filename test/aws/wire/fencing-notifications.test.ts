import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fencingDriver } from '../../../aws/drivers/fencing.ts';
import { notificationDriver } from '../../../aws/drivers/notifications.ts';
import { Fencing, Notification } from '../../../aws/plan.ts';
import type { Network } from '../../../core/network.ts';
import { keptReceipts, sampleMessage } from '../../channel-samples.ts';
import { contextWith, examplePlan, fakeNetwork } from '../support.ts';
import { describeOnWire, startMoto } from './moto.ts';
import type { Moto } from './moto.ts';

const plan = examplePlan();
const { primary, standby } = plan.regions;
let moto: Moto;

function context(network: Network = fakeNetwork()) {
  return contextWith({ plan, client: moto.client, network });
}

describeOnWire('fencing and notification drivers against moto', () => {
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto.stop();
  });

  it('securityGroup takes every rule and puts them back', async () => {
    const ec2 = moto.client(EC2Client, primary);
    const group = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'db', Description: 'db' }),
    );
    const GroupId = group.GroupId ?? '';
    const port = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpPermissions: [
          {
            ...port,
            IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'apps' }, { CidrIp: '10.1.0.0/16' }],
          },
          { ...port, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] },
          { ...port, UserIdGroupPairs: [{ GroupId }] },
        ],
      }),
    );
    const driver = fencingDriver(
      Fencing.parse({
        kind: 'securityGroup',
        id: 'db',
        groupId: GroupId,
        proof: { url: 'https://primary.shop.example.com/write', method: 'POST' },
      }),
    );
    const refusing = context(fakeNetwork({ https: async () => ({ status: 500, body: '' }) }));
    const before = await driver.snapshot(refusing);
    expect(before).toMatchObject({ rules: [{}, {}, {}, {}] });
    expect(await driver.fence(refusing)).toMatchObject({ grade: 'confirmed' });
    expect(await driver.snapshot(refusing)).toEqual({ rules: [] });
    await driver.unfence(before, refusing);
    await driver.unfence(before, refusing);
    const after = await driver.snapshot(refusing);
    expect(sorted(after)).toEqual(sorted(before));
    const lost = fencingDriver(
      Fencing.parse({ kind: 'securityGroup', id: 'x', groupId: 'sg-0123456789abcdef0' }),
    );
    const result = await lost.fence(refusing);
    expect(result.grade).toBe('none');
    expect(result.why).toContain('InvalidGroup.NotFound');
  });

  it('sns publishes, and slackWebhook reads its secret', async () => {
    const topic = await moto
      .client(SNSClient, standby)
      .send(new CreateTopicCommand({ Name: 'pages' }));
    const message = sampleMessage({ subject: 'shop', body: 'down', card: null });
    const people = { kind: 'sns', id: 'people', topicArn: topic.TopicArn };
    await notificationDriver(Notification.parse(people)).send(message, {
      ...context(),
      receipts: keptReceipts(),
    });
    const gone = { ...people, topicArn: `${topic.TopicArn ?? ''}-gone` };
    await expect(
      notificationDriver(Notification.parse(gone)).send(message, {
        ...context(),
        receipts: keptReceipts(),
      }),
    ).rejects.toMatchObject({ name: 'NotFoundException' });
    const Name = '/failover/shop/slack';
    await moto.client(SSMClient, standby).send(
      new PutParameterCommand({
        Name,
        Value: 'https://hooks.example.com/T0',
        Type: 'SecureString',
      }),
    );
    const urls: string[] = [];
    const slack = context(
      fakeNetwork({
        https: async ({ url }) => {
          urls.push(url);
          return { status: 200, body: 'ok' };
        },
      }),
    );
    const ops = { kind: 'slackWebhook', id: 'ops', urlParameter: Name };
    await notificationDriver(Notification.parse(ops)).send(message, {
      ...slack,
      receipts: keptReceipts(),
    });
    expect(urls).toEqual(['https://hooks.example.com/T0']);
  });
});

/** The rules of a snapshot, in an order of their own. */
function sorted(snapshot: unknown): string[] {
  const rules: unknown = Reflect.get(Object(snapshot), 'rules');
  return Array.isArray(rules) ? rules.map((rule) => JSON.stringify(rule)).toSorted() : [];
}
