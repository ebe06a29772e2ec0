import type { KnownBlock } from '@slack/types';
import type { Message } from '../messages.ts';
import { cut, oneLine, plainText } from '../text.ts';
import { context, fitted, header, line, mentions, rich, words } from './blocks.ts';
import { questionBlocks } from './question.ts';

const LONGEST_FALLBACK = 300;
/** The body may have so many times the length of a line. */
const LINES = 8;
const PART = 2500;

/** What Slack is sent: `text` is what a notification shows, `blocks` what the channel shows. */
export interface SlackBody {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

/**
 * A message as a post of its own: lines of text, or a question with its buttons where somebody
 * listens to them. Without buttons the lines say how to decide.
 */
export function messageBody(message: Message, hasButtons: boolean): SlackBody {
  const { question, subject } = message;
  const blocks = fitted((longest) =>
    question === null || !hasButtons
      ? textBlocks(message, longest)
      : questionBlocks(question.request, subject, longest),
  );
  return { text: fallbackText(subject), blocks };
}

/**
 * Names of the approvers whom a question mentions and who can answer it: by its buttons where
 * somebody listens to them, or on the command line. Without a question nobody.
 */
export function askedInSlack({ question }: Message, hasButtons: boolean): string[] {
  const approvers = question?.request.approvers ?? [];
  return approvers
    .filter(({ slack, iam }) => slack !== undefined && (hasButtons || iam !== undefined))
    .map(({ name }) => name);
}

/**
 * The line that a notification shows. Slack reads it as mrkdwn whatever the blocks say: marks that
 * could format are taken out (within a word, as in TIMED_OUT, they cannot), and what could link or
 * mention somebody is escaped.
 */
export function fallbackText(text: string): string {
  return oneLine(text, LONGEST_FALLBACK)
    .replaceAll(/`|(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** A question and the ending ring for those who are asked; every other text for nobody. */
function textBlocks(message: Message, longest: number): KnownBlock[] {
  const { subject, body, card, turn, question } = message;
  const text = cut(plainText(body).trim(), longest * LINES);
  const parts = Array.from({ length: Math.ceil(text.length / PART) || 1 }, (_, index) =>
    text.slice(index * PART, (index + 1) * PART),
  );
  const ended = turn === 'ended' || turn === 'crashed' ? card?.request : undefined;
  const request = question?.request ?? ended;
  const rung = request === undefined ? [] : mentions(request);
  return [
    header(subject),
    ...(rung.length === 0 ? [] : [rich(line(...rung))]),
    rich(...parts.map((part) => line(words(part, PART)))),
    ...(card === null ? [] : [context(`Incident ${card.incidentId}`)]),
  ];
}
