import { describe, expect, it } from '@jest/globals';
import { openRequest, readRequest } from '../../../aws/approvals/request-store.ts';
import { postReply, storeReply } from '../../../aws/approvals/slack-replies.ts';
import { signSlackRequest } from '../../../lab/world/slack-signing.ts';
import { digest } from '../../approval-samples.ts';
import { drillPlan } from '../../functions/support.ts';
import { address, payloadOf, prepare, secretName, taken } from './slack-support.ts';

describe('a click that Slack signed does not count', () => {
  it('if it is no click of ours: it is taken and ignored', async () => {
    const { answer, click, clock, votes } = await prepare();
    const payload = payloadOf(click());
    const ignored = [
      { ...payload, type: 'view_submission' },
      { ...payload, actions: [{ action_id: 'other', value: 'x' }] },
      { ...payload, actions: [{ action_id: 'approve', value: 'no#digest' }] },
      { ...payload, actions: [{ action_id: 'approve' }] },
    ];
    for (const each of ignored) {
      const request = signSlackRequest({ payload: JSON.stringify(each) }, clock.now());
      expect(await answer(request)).toEqual(taken);
    }
    expect(await votes()).toEqual([]);
  });

  it('if the app of another plan signed it', async () => {
    const { answer, click, clock, runtime, plan, world, votes, refused, repliesOf } =
      await prepare();
    const notifications = plan.notifications.map((channel) =>
      channel.kind === 'slackApp' ? { ...channel, signingSecretParameter: '/other' } : channel,
    );
    const other = { ...drillPlan({ notifications }), name: 'users' };
    world.parameters.set('/other', 'secret-of-users');
    Object.assign(runtime, { loadPlans: async () => [plan, other] });
    const form = { payload: JSON.stringify(payloadOf(click())) };
    expect(await answer(signSlackRequest(form, clock.now(), 'secret-of-users'))).toEqual(taken);
    expect(await votes()).toEqual([]);
    const rule = { ruleId: 'channel-of-another-plan', voter: 'U0OLGA', decision: 'approved' };
    expect((await refused()).map(({ entry }) => entry)).toEqual([expect.objectContaining(rule)]);
    expect(repliesOf()).toMatchObject([{ text: expect.stringContaining('does not belong') }]);
  });

  it('if a newer question stands, also with the same beginning of its digest', async () => {
    const { answer, click, runtime, ask, votes, refused, repliesOf } = await prepare();
    await openRequest(runtime, { ...ask, evidenceDigest: 'b'.repeat(64), number: 2 });
    expect(await answer(click())).toEqual(taken);
    expect(await votes()).toEqual([]);
    expect((await refused())[0]?.entry).toMatchObject({ ruleId: 'superseded' });
    expect(repliesOf()).toMatchObject([{ text: expect.stringContaining('newest message') }]);
  });

  it('if nothing is asked', async () => {
    const { answer, click, clock, repliesOf } = await prepare();
    const payload = payloadOf(click());
    const actions = [{ action_id: 'approve', value: `orders-9#${digest.slice(0, 16)}` }];
    const form = { payload: JSON.stringify({ ...payload, actions }) };
    expect(await answer(signSlackRequest(form, clock.now()))).toEqual(taken);
    expect(repliesOf()).toMatchObject([{ text: 'This incident asks for no approval.' }]);
  });

  it('if somebody clicked who is on no list', async () => {
    const { answer, click, votes, refused, repliesOf } = await prepare();
    expect(await answer(click('approve', 'U0EVIL'))).toEqual(taken);
    expect(await votes()).toEqual([]);
    const entry = (await refused())[0]?.entry;
    const origin = { channel: 'slack', identity: 'U0EVIL', address };
    expect(entry).toMatchObject({ ruleId: 'not-an-approver', origin });
    expect(repliesOf()).toMatchObject([{ text: expect.stringContaining('not on the list') }]);
  });
});

describe('a click in Slack', () => {
  it.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ])('on %s decides, once', async (action, decision) => {
    const { answer, click, votes, incident, runtime, repliesOf } = await prepare();
    expect(await answer(click(action))).toEqual(taken);
    expect(await answer(click(action))).toEqual(taken);
    expect(await votes()).toMatchObject([
      { approver: 'Olga Operator', decision, origin: { channel: 'slack', identity: 'U0OLGA' } },
    ]);
    const request = await readRequest(runtime, incident.id);
    expect(request?.decision).toMatchObject({ decision, by: 'Olga Operator' });
    expect(repliesOf().length).toBeGreaterThan(0);
  });

  it('that comes second is told who decided, and when', async () => {
    const { answer, click, votes, clock, repliesOf } = await prepare();
    await answer(click('reject'));
    await clock.advance(10);
    await answer(click('approve', 'U0OTTO'));
    expect(await votes()).toHaveLength(1);
    expect(repliesOf().at(-1)?.['text']).toContain('rejected by Olga Operator at 2026-10-02');
  });

  it('counts under the new and the old secret while one is exchanged for the other', async () => {
    const { answer, click, clock, world, votes } = await prepare();
    const old = world.parameters.get(secretName) ?? '';
    world.parameters.set(secretName, `new-secret\n${old}`);
    expect(await answer(click('approve'))).toEqual(taken);
    const form = { payload: JSON.stringify(payloadOf(click('approve', 'U0OTTO'))) };
    expect(await answer(signSlackRequest(form, clock.now(), 'new-secret'))).toEqual(taken);
    expect((await votes()).map(({ approver }) => approver)).toEqual(['Olga Operator']);
    world.parameters.set(secretName, 'new-secret');
    // What was read is kept for a minute, so that nobody can make us read more often.
    await clock.advance(60);
    expect(await answer(click())).toMatchObject({ status: 401 });
  });
});

describe('a reply to whoever clicked', () => {
  it.each([
    'http://hooks.slack.com/actions/1',
    'https://hooks.slack.com.evil.example/actions/1',
    'https://evil.example/https://hooks.slack.com/',
    'https://hooks.slack.com@evil.example/',
    'https://user:word@hooks.slack.com/',
    'https://hooks.slack.com:8443/',
    'https://169.254.169.254/latest/meta-data',
    'file:///etc/passwd',
    'no URL',
  ])('is never posted to %s', async (responseUrl) => {
    const { runtime, world } = await prepare();
    await expect(postReply(runtime, { responseUrl, text: 'x' })).rejects.toMatchObject({
      name: 'NotReadyError',
    });
    expect(world.slack.ephemerals).toEqual([]);
  });

  it('is shown to them alone, as text', async () => {
    const { runtime, world, repliesOf, incident } = await prepare();
    const responseUrl = 'https://hooks.slack.com/actions/T0/1/U0OLGA';
    await storeReply(runtime, incident.id, { responseUrl, text: 'No: <!channel> & more' });
    for (const item of repliesOf()) await postReply(runtime, item);
    expect(world.slack.ephemerals).toEqual([{ responseUrl, text: 'No: <!channel> & more' }]);
    expect(world.slack.posts).toEqual([]);
  });
});
