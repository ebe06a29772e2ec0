import { describe, expect, it } from '@jest/globals';
import { notificationDriver } from '../../../aws/drivers/notifications.ts';
import type { IncidentCard } from '../../../core/incident-card.ts';
import type { Message } from '../../../core/messages.ts';
import { buttonsOf, linesOf } from '../../../lab/world/slack-limits.ts';
import { askedAt, digest, sampleVote } from '../../approval-samples.ts';
import {
  keptReceipts,
  sampleCard,
  sampleMessage,
  sampleQuestion,
  shownRequest,
} from '../../channel-samples.ts';
import { openBench } from '../../functions/support.ts';

/** The drill's Slack app, in the lab's workspace. */
async function prepare() {
  const bench = await openBench();
  const { world, runtime, plan } = bench;
  const config = plan.notifications.find(({ kind }) => kind === 'slackApp');
  if (config === undefined) throw new Error('The drill has no Slack app.');
  const driver = notificationDriver(config);
  const context = { plan, runtime, receipts: keptReceipts() };
  return {
    ...bench,
    slack: world.slack,
    send: async (message: Message) => {
      await driver.send(message, context);
    },
    refresh: async (card: IncidentCard) => {
      await driver.refresh(card, context);
    },
  };
}

const decision = {
  decision: 'approved',
  by: 'Olga Operator',
  reason: '',
  decidedAt: askedAt,
  evidenceDigest: digest,
} as const;
const request = shownRequest({ approvalsNeeded: 2 });
const asked = sampleCard({ request });
const question = sampleQuestion('first', request, asked);

describe('the messages of a Slack app', () => {
  it('are one card an incident and replies in its thread', async () => {
    const { send, slack } = await prepare();
    await send(sampleMessage());
    await send(question);
    await send(sampleMessage({ turn: 'phase', subject: '[orders] Fence: orders-1' }));
    await send(sampleMessage({ turn: 'ended', subject: '[orders] FAILED (orders-1)' }));
    const [card, ...replies] = slack.posts;
    expect(card).toMatchObject({ threadTs: undefined, text: expect.stringContaining('suspected') });
    expect(replies.map(({ threadTs }) => threadTs)).toEqual([card?.ts, card?.ts, card?.ts]);
    // What somebody must see is shown in the channel too; a phase is not.
    expect(replies.map(({ isBroadcast }) => isBroadcast)).toEqual([true, false, true]);
  });

  it('have a card also where the opening was never told', async () => {
    const { send, slack } = await prepare();
    await send(question);
    expect(slack.posts.map(({ threadTs }) => threadTs)).toEqual([undefined, slack.posts[0]?.ts]);
  });

  it('stand alone where no incident is', async () => {
    const { send, slack } = await prepare();
    await send(sampleMessage({ turn: 'declined', card: null }));
    expect(slack.posts).toMatchObject([{ threadTs: undefined, isBroadcast: false }]);
  });

  it('follow the votes in the card, and lose their buttons with the decision', async () => {
    const { send, refresh, slack } = await prepare();
    await send(sampleMessage());
    await send(question);
    const [card, reply] = slack.posts;
    const buttons = () => slack.posts.map(({ blocks }) => buttonsOf(blocks).length);
    await refresh(asked);
    expect(buttons()).toEqual([2, 2]);
    await refresh({ ...asked, request: { ...request, votes: [sampleVote()] } });
    expect(linesOf(card?.blocks ?? []).join()).toContain('1 of 2 said yes: Olga Operator.');
    expect(reply?.edits).toBe(0);
    const decided = { ...asked, request: { ...request, decision } };
    await refresh(decided);
    await refresh(decided);
    expect(buttons()).toEqual([0, 0]);
    expect(linesOf(reply?.blocks ?? [])[0]).toContain('Approved by Olga Operator at');
    expect(reply?.edits).toBe(1);
  });

  it('lose the buttons of an older question when a newer one is asked', async () => {
    const { send, refresh, slack } = await prepare();
    await send(question);
    const newer = shownRequest({ evidenceDigest: 'b'.repeat(64), number: 2 });
    await send(sampleQuestion('first', newer, sampleCard({ request: newer })));
    await refresh(sampleCard({ request: newer }));
    const [, older, current] = slack.posts.map(({ blocks }) => buttonsOf(blocks).length);
    expect([older, current]).toEqual([0, 2]);
  });

  it('are not refreshed where nothing was posted', async () => {
    const { refresh, slack } = await prepare();
    await refresh(asked);
    expect(slack.posts).toEqual([]);
  });

  it('are tried again after a refresh that Slack had no time for', async () => {
    const { send, refresh, slack } = await prepare();
    await send(question);
    const ratelimited = { status: 200, body: '{"ok":false,"error":"ratelimited"}' };
    slack.refusals.push({ method: 'chat.update', answer: ratelimited });
    const decided = { ...asked, request: { ...request, decision } };
    await expect(refresh(decided)).rejects.toMatchObject({ name: 'UnreachableError' });
    await refresh(decided);
    expect(slack.posts.map(({ blocks }) => buttonsOf(blocks).length)).toEqual([0, 0]);
  });
});
