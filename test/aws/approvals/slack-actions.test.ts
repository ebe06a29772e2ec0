import { describe, expect, it } from '@jest/globals';
import { signSlackRequest } from '../../../lab/world/slack-signing.ts';
import { payloadOf, prepare, secretName } from './slack-support.ts';

describe('a request that says it is from Slack is refused', () => {
  type Click = ReturnType<Awaited<ReturnType<typeof prepare>>['click']>;
  const signature = 'x-slack-signature';
  const timestamp = 'x-slack-request-timestamp';
  it.each<[string, (click: Click) => Click, number]>([
    ['without headers', ({ rawBody }) => ({ rawBody, headers: {} }), 401],
    [
      'with a forged signature',
      ({ rawBody, headers }) => ({
        rawBody,
        headers: { ...headers, [signature]: `v0=${'0'.repeat(64)}` },
      }),
      401,
    ],
    [
      'with a signature of another version',
      ({ rawBody, headers }) => ({
        rawBody,
        headers: { ...headers, [signature]: (headers[signature] ?? '').replace('v0', 'v1') },
      }),
      401,
    ],
    [
      'with a body that was altered by one letter',
      ({ rawBody, headers }) => ({ rawBody: rawBody.replace('approve', 'Approve'), headers }),
      401,
    ],
    [
      'with another instant than was signed',
      ({ rawBody, headers }) => ({
        rawBody,
        headers: { ...headers, [timestamp]: String(Number(headers[timestamp]) + 1) },
      }),
      401,
    ],
    [
      'with an instant that is no number',
      ({ rawBody, headers }) => ({ rawBody, headers: { ...headers, [timestamp]: 'NaN' } }),
      401,
    ],
    [
      'with a body that is too large',
      ({ rawBody, headers }) => ({ rawBody: rawBody + 'x'.repeat(300_000), headers }),
      413,
    ],
  ])('%s', async (_, change, status) => {
    const { answer, click, votes, world } = await prepare();
    expect(await answer(change(click()))).toMatchObject({ status });
    expect(await votes()).toEqual([]);
    expect([...world.items.keys()].filter((key) => key.includes('|REPLY#'))).toEqual([]);
  });

  it.each([
    ['five minutes and a second late', 301, 401],
    ['five minutes late', 300, 200],
    ['five minutes early', -300, 200],
    ['five minutes and a second early', -301, 401],
  ])('if it is too old or too new: %s', async (_, seconds, status) => {
    const { answer, click, clock, votes } = await prepare();
    const form = { payload: JSON.stringify(payloadOf(click())) };
    const at = new Date(clock.now().getTime() - seconds * 1000);
    expect(await answer(signSlackRequest(form, at))).toMatchObject({ status });
    expect(await votes()).toHaveLength(status === 200 ? 1 : 0);
  });

  it('with the secret of nobody, and without telling which secrets there are', async () => {
    const { answer, click, clock, votes } = await prepare();
    const form = { payload: JSON.stringify(payloadOf(click())) };
    const answered = await answer(signSlackRequest(form, clock.now(), 'another-secret'));
    expect(answered).toEqual({ status: 401, body: 'No Slack app of a plan signed this.\n' });
    expect(await votes()).toEqual([]);
  });

  it('while no secret can be read, to be sent again', async () => {
    const { answer, click, world } = await prepare();
    world.parameters.delete(secretName);
    expect(await answer(click())).toMatchObject({ status: 503 });
    world.parameters.set(secretName, ' ');
    expect(await answer(click())).toMatchObject({ status: 503 });
  });

  it.each([
    ['no payload', {}],
    ['a payload that is no JSON', { payload: '{' }],
    ['a payload without a type', { payload: '{}' }],
    ['a payload of null', { payload: 'null' }],
    ['a click of nobody', { payload: '{"type":"block_actions","actions":[{"action_id":"x"}]}' }],
    ['a click on nothing', { payload: '{"type":"block_actions","user":{"id":"U0OLGA"}}' }],
    [
      'a click of somebody with a strange id',
      {
        payload:
          '{"type":"block_actions","user":{"id":"U0 <x>"},"actions":[{"action_id":"approve"}]}',
      },
    ],
  ])('although it is signed, with %s', async (_, form) => {
    const { answer, clock, votes } = await prepare();
    expect(await answer(signSlackRequest(form, clock.now()))).toMatchObject({ status: 400 });
    expect(await votes()).toEqual([]);
  });
});
