import { describeError, NotReadyError } from '../../../core/errors.ts';
import type { IncidentCard } from '../../../core/incident-card.ts';
import type { Json } from '../../../core/json.ts';
import { JsonValue } from '../../../core/json.ts';
import type { Turn } from '../../../core/messages.ts';
import { cardBlocks, stateOf } from '../../../core/slack/card.ts';
import { askedInSlack, fallbackText, messageBody } from '../../../core/slack/message.ts';
import type { SlackBody } from '../../../core/slack/message.ts';
import { closedQuestionBlocks } from '../../../core/slack/question.ts';
import type { DriverContext, NotificationDriver } from '../driver.ts';
import { readSecret } from '../secret.ts';
import { callSlack } from './api.ts';
import { keepCard, keepQuestion, readPosts, tolerate } from './posts.ts';
import type { SlackApp } from './schema.ts';

/** An update rings for nobody: what somebody must see is also shown in the channel. */
const loud: ReadonlySet<Turn> = new Set([
  'question',
  'reminder',
  'escalation',
  'ended',
  'crashed',
  'returned',
]);

/**
 * One message an incident, the card, which is updated in place; everything else is a reply in its
 * thread. Slack does not deduplicate: what is repeated after a lost answer is there twice.
 */
export const slackApp: NotificationDriver<SlackApp> = {
  asks: (_, message) => askedInSlack(message, true),

  async send(config, message, context) {
    const slack = await openSlack(config, context);
    const { card, question } = message;
    if (card === null) {
      await slack.post(messageBody(message, false), {});
      return [];
    }
    const { runtime } = context;
    const { incidentId } = card;
    const { channel } = config;
    const unknown = { isKnown: false, card: undefined, questions: [] };
    const posts = await tolerate(runtime, () => readPosts(runtime, incidentId, channel), unknown);
    const isOpening = message.turn === 'opened';
    // Where the card is nobody knows while the table does not answer: then there is no thread.
    const root = posts.isKnown
      ? (posts.card?.ts ?? (await postCard(card, isOpening, message.subject, slack, context)))
      : undefined;
    if (isOpening && root !== undefined) return [];
    const ts = await slack.post(messageBody(message, true), {
      ...(root === undefined ? {} : { thread_ts: root }),
      ...(root !== undefined && loud.has(message.turn) ? { reply_broadcast: true } : {}),
    });
    if (question === null) return [];
    const post = { ts, about: question.request.evidenceDigest, isClosed: false };
    await tolerate(runtime, () => keepQuestion(runtime, incidentId, channel, post), undefined);
    return [];
  },

  async refresh(config, card, context) {
    const { runtime } = context;
    const posts = await readPosts(runtime, card.incidentId, config.channel);
    if (posts.card === undefined) return;
    const slack = await openSlack(config, context);
    await slack.update(posts.card.ts, cardBody(card));
    for (const post of posts.questions) {
      if (post.isClosed || isOpen(card, post.about)) continue;
      await slack.update(post.ts, closedBody(card, post.about));
      await keepQuestion(runtime, card.incidentId, config.channel, { ...post, isClosed: true });
    }
  },

  async findProblems(config, context) {
    const token = async (): Promise<void> => {
      const value = await readToken(config, context);
      await callSlack(context.runtime, value, 'auth.test', {});
    };
    const secret = async (): Promise<void> => {
      await readSecret(context.runtime, config.signingSecretParameter);
    };
    const found = await Promise.allSettled([token(), secret()]);
    return found.flatMap((each) =>
      each.status === 'rejected' ? [describeError(each.reason)] : [],
    );
  },
};

interface Slack {
  readonly channel: string;
  /** Posts to the channel, and returns the message's `ts`. */
  post(body: SlackBody, options: Readonly<Record<string, Json>>): Promise<string>;
  update(ts: string, body: SlackBody): Promise<void>;
}

async function openSlack(config: SlackApp, context: DriverContext): Promise<Slack> {
  const token = await readToken(config, context);
  const { runtime } = context;
  const parametersOf = ({ text, blocks }: SlackBody): Record<string, Json> => ({
    channel: config.channel,
    text,
    blocks: JsonValue.parse(blocks),
  });
  return {
    channel: config.channel,
    async post(body, options) {
      const { ts } = await callSlack(runtime, token, 'chat.postMessage', {
        ...parametersOf(body),
        ...options,
        unfurl_links: false,
        unfurl_media: false,
      });
      if (ts === undefined) throw new NotReadyError('Slack took a message and gave it no ts.');
      return ts;
    },
    async update(ts, body) {
      await callSlack(runtime, token, 'chat.update', { ...parametersOf(body), ts });
    },
  };
}

async function readToken(config: SlackApp, { runtime }: DriverContext): Promise<string> {
  const token = await readSecret(runtime, config.tokenParameter);
  if (/^xox[a-z]-[A-Za-z0-9-]+$/.test(token)) return token;
  throw new NotReadyError(`The parameter ${config.tokenParameter} does not hold a bot token.`);
}

/** Posts the card, and returns its `ts`. Of two that were posted at once the first one stays. */
async function postCard(
  card: IncidentCard,
  isOpening: boolean,
  subject: string,
  slack: Slack,
  { runtime }: DriverContext,
): Promise<string> {
  const { channel } = slack;
  const { incidentId } = card;
  const text = fallbackText(isOpening ? subject : stateOf(card));
  const ts = await slack.post({ ...cardBody(card), text }, {});
  const isFirst = (): Promise<boolean> => keepCard(runtime, incidentId, channel, ts);
  if (await tolerate(runtime, isFirst, true)) return ts;
  return (await readPosts(runtime, incidentId, channel)).card?.ts ?? ts;
}

function cardBody(card: IncidentCard): SlackBody {
  return { text: fallbackText(stateOf(card)), blocks: cardBlocks(card) };
}

function isOpen({ request, ending }: IncidentCard, digest: string): boolean {
  return (
    ending === undefined && request?.decision === undefined && request?.evidenceDigest === digest
  );
}

function closedBody(card: IncidentCard, digest: string): SlackBody {
  const blocks = closedQuestionBlocks(card, digest);
  return { text: fallbackText(stateOf(card)), blocks };
}
