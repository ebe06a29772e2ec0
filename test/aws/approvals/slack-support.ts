import { answerSlackAction } from '../../../aws/approvals/slack-actions.ts';
import { openRequest, readRequest } from '../../../aws/approvals/request-store.ts';
import { readLedger } from '../../../aws/ledger.ts';
import { messageBody } from '../../../core/slack/message.ts';
import type { SlackPost } from '../../../lab/world/slack.ts';
import { Blocks } from '../../../lab/world/slack-limits.ts';
import * as z from 'zod';
import { sampleRequest } from '../../approval-samples.ts';
import { sampleCard, sampleQuestion, shownRequest } from '../../channel-samples.ts';
import { openBench } from '../../functions/support.ts';

/** The parameter of the drill's signing secret. */
export const secretName = '/failover/orders/slack-signing-secret';
/** Whence the clicks come. */
export const address = '198.51.100.7';

/** An incident that asks Olga and Otto, and a way to press the buttons of its message. */
export async function prepare() {
  const bench = await openBench();
  const { runtime, world, incident } = bench;
  const incidentId = incident.id;
  const ask = sampleRequest({ incidentId, epoch: incident.epoch });
  await openRequest(runtime, ask);
  const shown = shownRequest({ incidentId });
  const message = sampleQuestion('first', shown, sampleCard({ incidentId, request: shown }));
  const { text, blocks } = messageBody(message, true);
  const place = { channel: 'C0ORDERS', ts: '1.000001', threadTs: undefined, isBroadcast: true };
  const post: SlackPost = { ...place, text, blocks: Blocks.parse(blocks), edits: 0 };
  const click = (action = 'approve', user = 'U0OLGA') => world.slack.click(post, action, user);
  const repliesOf = () =>
    [...world.items].filter(([key]) => key.includes('|REPLY#')).map(([, item]) => item);
  return {
    ...bench,
    ask,
    click,
    repliesOf,
    answer: async (request: { rawBody: string; headers: Readonly<Record<string, string>> }) =>
      await answerSlackAction(runtime, { ...request, address, askedAt: undefined }),
    votes: async () => (await readRequest(runtime, incidentId))?.votes ?? [],
    refused: async () =>
      (await readLedger(runtime, incidentId)).filter(({ what }) => what === 'attempt-refused'),
  };
}

/** The form of a click, to be changed and signed anew. */
export function payloadOf({ rawBody }: { readonly rawBody: string }): Record<string, unknown> {
  const Payload = z.record(z.string(), z.unknown());
  return Payload.parse(JSON.parse(new URLSearchParams(rawBody).get('payload') ?? ''));
}

/** How every click is answered that Slack signed. */
export const taken = { status: 200, body: '' };
