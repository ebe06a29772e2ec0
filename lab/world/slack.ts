import * as z from 'zod';
import type { Clock } from '../../core/clock.ts';
import { JsonValue } from '../../core/json.ts';
import type { HttpsAnswer, HttpsRequest } from '../../core/network.ts';
import type { Block } from './slack-limits.ts';
import { Blocks, buttonsOf, linesOf, LONGEST_BLOCKS, readBlocks } from './slack-limits.ts';
import type { SlackClickRequest } from './slack-signing.ts';
import { SIGNING_SECRET, signSlackRequest } from './slack-signing.ts';
import type { World } from './world.ts';

/** Where webhooks and replies lead, and where the Web API is. */
export const SLACK_HOST = 'hooks.slack.com';
export const SLACK_API_HOST = 'slack.com';
export const slackHosts: readonly string[] = [SLACK_HOST, SLACK_API_HOST];

/** The bot token of the lab's one Slack app. */
const TOKEN = 'xoxb-lab-0123456789';

/** A message in a channel, as it is now. */
export interface SlackPost {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** Whether a reply is shown in the channel too. */
  readonly isBroadcast: boolean;
  text: string;
  blocks: readonly Block[];
  /** How often it was changed. */
  edits: number;
}

/** A Slack workspace with our app in it. */
export interface SlackWorkspace {
  /** Every message, oldest first. */
  readonly posts: SlackPost[];
  /** What somebody who clicked was shown, and nobody else. */
  readonly ephemerals: { readonly responseUrl: string; readonly text: string }[];
  /** What the next calls of a method answer instead, once each; for tests. */
  readonly refusals: { readonly method: string; readonly answer: HttpsAnswer }[];
  /** Channels that the app is a member of. */
  readonly channels: Set<string>;
  /** Answers a request to one of Slack's hosts. */
  answer: (request: Pick<HttpsRequest, 'url' | 'headers' | 'body'>) => HttpsAnswer;
  /** @throws if the message has no such button: nobody can press what is not there */
  click(post: SlackPost, actionId: string, userId: string): SlackClickRequest;
}

/** The secrets that the plan names exist, and belong to the lab's own Slack. */
export function seedSecrets(world: World): void {
  for (const channel of world.plan.notifications) {
    if (channel.kind === 'slackWebhook') {
      const url = `https://${SLACK_HOST}/services/T0/B0/lab`;
      world.parameters.set(channel.urlParameter, url);
    }
    if (channel.kind === 'slackApp') {
      world.parameters.set(channel.tokenParameter, TOKEN);
      world.slack.channels.add(channel.channel);
    }
    if ('signingSecretParameter' in channel && channel.signingSecretParameter !== undefined) {
      world.parameters.set(channel.signingSecretParameter, SIGNING_SECRET);
    }
  }
}

const Text = z.string().max(40_000);
const Body = z.strictObject({ text: Text, blocks: Blocks });
const Post = z.strictObject({
  channel: z.string(),
  text: Text,
  blocks: JsonValue,
  thread_ts: z.string().optional(),
  reply_broadcast: z.boolean().optional(),
  unfurl_links: z.literal(false),
  unfurl_media: z.literal(false),
});
const Update = z.strictObject({
  channel: z.string(),
  ts: z.string(),
  text: Text,
  blocks: JsonValue,
});
const Reply = z.strictObject({
  response_type: z.literal('ephemeral'),
  replace_original: z.literal(false),
  text: Text,
  blocks: Blocks,
});

const ok = (fields: object = {}): HttpsAnswer => ({
  status: 200,
  body: JSON.stringify({ ok: true, ...fields }),
});
const no = (error: string): HttpsAnswer => ({
  status: 200,
  body: JSON.stringify({ ok: false, error }),
});

/** An empty workspace. What is posted there is among what people were told. */
export function createSlack(clock: Clock, deliveries: World['deliveries']): SlackWorkspace {
  const posts: SlackPost[] = [];
  const ephemerals: SlackWorkspace['ephemerals'] = [];
  const refusals: SlackWorkspace['refusals'] = [];
  const channels = new Set<string>();
  const post = (parts: Omit<SlackPost, 'ts' | 'edits'>): SlackPost => {
    const seconds = Math.floor(clock.now().getTime() / 1000);
    const made = {
      ...parts,
      ts: `${seconds}.${String(posts.length + 1).padStart(6, '0')}`,
      edits: 0,
    };
    posts.push(made);
    const [, ...rest] = linesOf(parts.blocks);
    const subject = unescape(parts.text);
    deliveries.push({ at: clock.now(), channel: 'slack', subject, body: rest.join('\n') });
    return made;
  };
  const methods: Readonly<Record<string, (body: unknown) => HttpsAnswer>> = {
    'auth.test': () => ok({ team: 'lab' }),
    'chat.postMessage': (body) => {
      const given = Post.parse(body);
      const blocks = readBlocks(given.blocks);
      if (blocks === undefined) return no('invalid_blocks');
      if (isTooLong(given.blocks)) return no('msg_blocks_too_long');
      if (!channels.has(given.channel)) return no('not_in_channel');
      const { thread_ts: threadTs, channel, text } = given;
      if (threadTs !== undefined && !posts.some(({ ts }) => ts === threadTs)) {
        return no('thread_not_found');
      }
      const isBroadcast = given.reply_broadcast === true;
      return ok({ ts: post({ channel, threadTs, isBroadcast, text, blocks }).ts });
    },
    'chat.update': (body) => {
      const { channel, ts, text, blocks: given } = Update.parse(body);
      const found = posts.find((each) => each.channel === channel && each.ts === ts);
      if (found === undefined) return no('message_not_found');
      const blocks = readBlocks(given);
      if (blocks === undefined) return no('invalid_blocks');
      if (isTooLong(given)) return no('msg_blocks_too_long');
      Object.assign(found, { text, blocks, edits: found.edits + 1 });
      return ok({ ts });
    },
  };
  return {
    posts,
    ephemerals,
    refusals,
    channels,
    answer({ url, headers = {}, body = '' }) {
      const { host, pathname } = new URL(url);
      const method = host === SLACK_API_HOST ? pathname.replace('/api/', '') : 'webhook';
      const at = refusals.findIndex((each) => each.method === method);
      const [refusal] = at < 0 ? [] : refusals.splice(at, 1);
      if (refusal !== undefined) return refusal.answer;
      const json: unknown = JSON.parse(body);
      if (host === SLACK_API_HOST) {
        if (headers['authorization'] !== `Bearer ${TOKEN}`) return no('invalid_auth');
        return methods[method]?.(json) ?? no('unknown_method');
      }
      if (pathname.startsWith('/actions/')) {
        ephemerals.push({ responseUrl: url, text: unescape(Reply.parse(json).text) });
        return { status: 200, body: 'ok' };
      }
      const parsed = Body.safeParse(json);
      if (!parsed.success) return { status: 400, body: 'invalid_blocks' };
      post({ channel: 'webhook', threadTs: undefined, isBroadcast: false, ...parsed.data });
      return { status: 200, body: 'ok' };
    },
    click(message, actionId, userId) {
      const button = buttonsOf(message.blocks).find((each) => each.action_id === actionId);
      if (button === undefined) throw new Error(`The message has no button ${actionId}.`);
      const payload = {
        type: 'block_actions',
        user: { id: userId, name: 'somebody', team_id: 'T0' },
        container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
        response_url: `https://${SLACK_HOST}/actions/T0/${message.ts}/${userId}`,
        actions: [{ type: 'button', block_id: 'b1', action_id: actionId, value: button.value }],
      };
      return signSlackRequest({ payload: JSON.stringify(payload) }, clock.now());
    },
  };
}

function isTooLong(blocks: unknown): boolean {
  return JSON.stringify(blocks).length > LONGEST_BLOCKS;
}

/** The text as a notification shows it. */
function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
