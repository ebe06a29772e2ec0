import { GetTopicAttributesCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../../aws/clients.ts';
import { notificationDriver } from '../../../aws/drivers/notifications.ts';
import { SlackWebhook } from '../../../aws/drivers/slack-webhook/schema.ts';
import { Sns } from '../../../aws/drivers/sns/schema.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import type { Message } from '../../../core/messages.ts';
import { NetworkError } from '../../../core/network.ts';
import type { HttpsAnswer, HttpsRequest } from '../../../core/network.ts';
import { keptReceipts, sampleQuestion } from '../../channel-samples.ts';
import { contextWith, fakeNetwork, refusedConnection, unexpectedCall } from '../support.ts';

const snsMock = mockClient(SNSClient);
const ssm = mockClient(SSMClient);
const message: Message = {
  turn: 'opened',
  subject: 'shop: primary is down',
  body: 'lag < 5 s & rising\n<!channel>',
  deduplicationKey: 'shop-42-opened',
  urgency: 'page',
  card: null,
  question: null,
};
type Parts = Parameters<typeof contextWith>[0];
const sending = (parts?: Parts) => ({ ...contextWith(parts), receipts: keptReceipts() });

beforeEach(() => {
  snsMock.reset();
  snsMock.onAnyCommand().rejects(unexpectedCall);
  ssm.reset();
  ssm.onAnyCommand().rejects(unexpectedCall);
});

describe('SNS', () => {
  const topicArn = 'arn:aws:sns:us-west-2:111122223333:pages';
  const driver = notificationDriver(Sns.parse({ kind: 'sns', id: 'people', topicArn }));

  it('throws when SNS does not answer', async () => {
    snsMock.on(PublishCommand).rejects(refusedConnection());
    await expect(driver.send(message, sending())).rejects.toBeInstanceOf(UnreachableError);
  });

  it('publishes in the topic’s Region, with the key as an attribute', async () => {
    const regions: string[] = [];
    const client = createClientFactory((_client, region) => regions.push(region));
    snsMock.on(PublishCommand).resolves({});
    await driver.send(message, sending({ client }));
    expect(regions).toEqual(['us-west-2']);
    expect(snsMock.call(0).args[0].input).toEqual({
      TopicArn: topicArn,
      Subject: message.subject,
      Message: message.body,
      MessageAttributes: {
        deduplicationKey: { DataType: 'String', StringValue: 'shop-42-opened' },
        urgency: { DataType: 'String', StringValue: 'page' },
      },
    });
  });

  it.each([
    ['zwei\nZeilen\tüber – alles', 'zwei Zeilen ?ber ? alles'],
    ['x'.repeat(150), 'x'.repeat(99)],
    [' \n ', 'region-failover'],
  ])('makes the subject %j one short line of ASCII', async (subject, sent) => {
    snsMock.on(PublishCommand).resolves({});
    await driver.send({ ...message, subject, body: '' }, sending());
    expect(snsMock.call(0).args[0].input).toMatchObject({ Subject: sent, Message: sent });
  });
});

describe('the problems of SNS', () => {
  const topicArn = 'arn:aws:sns:eu-west-1:111122223333:pages';
  const driver = notificationDriver(Sns.parse({ kind: 'sns', id: 'people', topicArn }));
  it('are a topic that cannot be read, and one that nobody listens to', async () => {
    snsMock.on(GetTopicAttributesCommand).rejects(refusedConnection());
    expect(await driver.findProblems(contextWith())).toEqual([
      expect.stringContaining('no answer'),
    ]);
    const counted = (SubscriptionsConfirmed: string) =>
      snsMock.on(GetTopicAttributesCommand).resolves({ Attributes: { SubscriptionsConfirmed } });
    counted('0');
    expect(await driver.findProblems(contextWith())).toEqual([
      expect.stringContaining('Nobody has confirmed a subscription'),
    ]);
    counted('2');
    expect(await driver.findProblems(contextWith())).toEqual([]);
  });
});

describe('Slack', () => {
  const secret = 'https://hooks.slack.example.com/services/T0/B0/verysecret';
  const driver = notificationDriver(
    SlackWebhook.parse({ kind: 'slackWebhook', id: 'ops', urlParameter: '/failover/shop/slack' }),
  );
  const holding = (Value: string) => ssm.on(GetParameterCommand).resolves({ Parameter: { Value } });
  const slack = (https: (request: HttpsRequest) => Promise<HttpsAnswer>) =>
    sending({ network: fakeNetwork({ https }) });

  it('rethrows a missing parameter, and refuses one that holds no https URL', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'no', $metadata: {} }));
    await expect(driver.send(message, sending())).rejects.toBeInstanceOf(ParameterNotFound);
    holding('http://verysecret');
    await expect(driver.send(message, sending())).rejects.toBeInstanceOf(NotReadyError);
  });

  it.each([
    ['a refusal', async () => ({ status: 404, body: 'no_service' }), NotReadyError],
    ['an answer that repeats the URL', async () => ({ status: 400, body: secret }), NotReadyError],
    ['too many messages', async () => ({ status: 429, body: '' }), UnreachableError],
    ['a failure of Slack', async () => ({ status: 503, body: '' }), UnreachableError],
    ['no answer', () => Promise.reject(new NetworkError('READ_TIMEOUT', secret)), UnreachableError],
    ['anything else', () => Promise.reject(new Error(secret)), UnreachableError],
  ])('throws at %s and never tells the URL', async (_name, https, Class) => {
    holding(secret);
    const error: unknown = await driver
      .send(message, slack(https))
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ message: expect.not.stringContaining('verysecret') });
    expect(Reflect.get(Object(error), 'cause')).toBeUndefined();
  });

  it('posts text that Slack reads no markup in', async () => {
    holding(secret);
    const requests: HttpsRequest[] = [];
    await driver.send(
      message,
      slack(async (request) => {
        requests.push(request);
        return { status: 200, body: 'ok' };
      }),
    );
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ url: secret, method: 'POST' });
    const posted: unknown = JSON.parse(requests[0]?.body ?? '');
    expect(posted).toMatchObject({ text: 'shop: primary is down' });
    expect(JSON.stringify(posted)).toContain('lag < 5 s & rising\\n<!channel>');
    expect(JSON.stringify(posted)).not.toContain('mrkdwn');
    expect(ssm.call(0).args[0].input).toEqual({
      Name: '/failover/shop/slack',
      WithDecryption: true,
    });
  });

  it('asks with buttons only where a signing secret lets them count', async () => {
    holding(secret);
    const bodies: string[] = [];
    const context = slack(async ({ body = '' }) => {
      bodies.push(body);
      return { status: 200, body: 'ok' };
    });
    await driver.send(sampleQuestion(), context);
    const signed = { kind: 'slackWebhook', id: 'ops', urlParameter: '/failover/shop/slack' };
    const loud = SlackWebhook.parse({ ...signed, signingSecretParameter: '/failover/shop/sign' });
    await notificationDriver(loud).send(sampleQuestion(), context);
    expect(bodies.map((body) => body.includes('"action_id":"approve"'))).toEqual([false, true]);
    expect(bodies[0]).toContain('npx failover approve orders-1');
  });

  it('finds a missing secret', async () => {
    ssm.on(GetParameterCommand).rejects(new ParameterNotFound({ message: 'no', $metadata: {} }));
    expect(await driver.findProblems(contextWith())).toEqual(['ParameterNotFound: no']);
    holding(secret);
    expect(await driver.findProblems(contextWith())).toEqual([]);
  });
});
