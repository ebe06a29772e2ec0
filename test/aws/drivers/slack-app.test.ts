import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { callSlack } from '../../../aws/drivers/slack-app/api.ts';
import { notificationDriver } from '../../../aws/drivers/notifications.ts';
import { SlackApp } from '../../../aws/drivers/slack-app/schema.ts';
import { NetworkError } from '../../../core/network.ts';
import type { HttpsAnswer, HttpsRequest } from '../../../core/network.ts';
import { contextWith, fakeNetwork, unexpectedCall } from '../support.ts';

const token = 'xoxb-1-verysecret';
const ssm = mockClient(SSMClient);
const driver = notificationDriver(
  SlackApp.parse({
    kind: 'slackApp',
    id: 'chat',
    channel: 'C0SHOP',
    tokenParameter: '/shop/token',
    signingSecretParameter: '/shop/secret',
  }),
);

beforeEach(() => {
  ssm.reset();
  ssm.onAnyCommand().rejects(unexpectedCall);
});

const holding = (name: string, Value: string) =>
  ssm.on(GetParameterCommand, { Name: name }).resolves({ Parameter: { Value } });
const slack = (https: (request: HttpsRequest) => Promise<HttpsAnswer>) =>
  contextWith({ network: fakeNetwork({ https }) });
const answering = (status: number, body: unknown) =>
  slack(async () => ({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }));
const failing = (error: Error) => slack(() => Promise.reject(error));

describe('Slack’s Web API', () => {
  it.each([
    ['a word that passes', answering(200, { ok: false, error: 'ratelimited' }), 'Unreachable'],
    ['an error of its own', answering(200, { ok: false, error: 'internal_error' }), 'Unreachable'],
    ['too many calls', answering(429, ''), 'Unreachable'],
    ['a failure', answering(503, 'gone'), 'Unreachable'],
    ['an answer that is no JSON', answering(200, '<html>'), 'Unreachable'],
    ['an answer without ok', answering(200, {}), 'Unreachable'],
    ['no answer', failing(new NetworkError('READ_TIMEOUT', token)), 'Unreachable'],
    ['anything else', failing(new Error(token)), 'Unreachable'],
    ['a refusal', answering(200, { ok: false, error: 'is_archived' }), 'NotReady'],
    ['a refusal without a word', answering(200, { ok: false }), 'NotReady'],
    ['a refusal that repeats the token', answering(200, { ok: false, error: token }), 'NotReady'],
  ])('throws at %s, and never tells the token', async (_, { runtime }, name) => {
    const error: unknown = await callSlack(runtime, token, 'chat.postMessage', {}).catch(
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({
      name: `${name}Error`,
      message: expect.not.stringContaining('verysecret'),
    });
    expect(Reflect.get(Object(error), 'cause')).toBeUndefined();
  });

  it.each([
    ['not_in_channel', '/invite'],
    ['channel_not_found', 'channel id in the plan'],
    ['invalid_auth', 'bot token'],
    ['missing_scope', 'chat:write'],
    ['token_revoked', 'Install the app again'],
  ])('says what to do about %s', async (error, help) => {
    const { runtime } = answering(200, { ok: false, error });
    await expect(callSlack(runtime, token, 'chat.postMessage', {})).rejects.toThrow(help);
  });

  it('is asked with the token in a header, and nowhere else', async () => {
    const requests: HttpsRequest[] = [];
    const { runtime } = slack(async (request) => {
      requests.push(request);
      return { status: 200, body: '{"ok":true,"ts":"1.2","more":1}' };
    });
    expect(await callSlack(runtime, token, 'chat.update', { ts: '1.2' })).toEqual({ ts: '1.2' });
    expect(requests).toMatchObject([
      {
        url: 'https://slack.com/api/chat.update',
        headers: { authorization: `Bearer ${token}` },
        body: '{"ts":"1.2"}',
      },
    ]);
  });
});

describe('the problems of a Slack app', () => {
  it('are parameters that are missing, empty, or hold something else', async () => {
    holding('/shop/token', 'https://hooks.slack.com/x');
    holding('/shop/secret', ' ');
    expect(await driver.findProblems(answering(200, { ok: true }))).toEqual([
      'NotReadyError: The parameter /shop/token does not hold a bot token.',
      'NotReadyError: The parameter /shop/secret is empty.',
    ]);
  });

  it('are what Slack says of the token', async () => {
    holding('/shop/token', token);
    holding('/shop/secret', 'x');
    const context = answering(200, { ok: false, error: 'invalid_auth' });
    expect(await driver.findProblems(context)).toEqual([expect.stringContaining('bot token')]);
  });

  it('are none where Slack takes the token', async () => {
    holding('/shop/token', `${token}\n`);
    holding('/shop/secret', 'x');
    expect(await driver.findProblems(answering(200, { ok: true }))).toEqual([]);
  });
});
