import { describeError } from '../../core/errors.ts';
import { logEvents } from '../../core/log-events.ts';
import { decide } from '../../core/rules.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { readSlackRequest } from '../../core/slack/press.ts';
import type { SlackRequest } from '../../core/slack/press.ts';
import { envelopeRules } from '../../core/slack/signature.ts';
import type { SlackEnvelope } from '../../core/slack/signature.ts';
import { waitUntil } from '../deadline.ts';
import type { Runtime } from '../runtime.ts';
import { handOver } from './late-clicks.ts';
import { readRequest } from './request-store.ts';
import { findSigners } from './slack-signers.ts';
import { countClick, replyTo } from './slack-votes.ts';
import type { SignedClick } from './slack-votes.ts';

/** A request from the internet that says it comes from Slack. */
export interface SlackActionRequest {
  /** The body as it was sent, byte for byte: the signature is over it. */
  readonly rawBody: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The caller's address, as far as it is known. */
  readonly address: string | null;
  /** When AWS got the request; undefined if nobody says. */
  readonly askedAt: Date | undefined;
}

/** What is answered. Slack shows people that it is no 200, and nothing else of it. */
export interface SlackActionAnswer {
  readonly status: 200 | 400 | 401 | 413 | 503;
  readonly body: string;
}

/** Slack waits three seconds, the way here and back included. */
const ANSWER_MILLISECONDS = 2500;
/** From then on a click is handed over, and the rest of the time is for that. */
const COUNT_MILLISECONDS = 1500;
/** After a long cold start Slack has given up, but the vote may still count. */
const LEAST_MILLISECONDS = 1000;

interface Limits {
  readonly countBy: Date;
  readonly answerBy: Date;
}

type Reading = Promise<ApprovalRequest | undefined>;

const taken: SlackActionAnswer = { status: 200, body: '' };

/**
 * Takes a click in Slack: checks the signature, and counts it as a vote if it belongs to the
 * question that is asked now. Answers in time, whatever hangs: Lambda stands still after the answer,
 * so that 200 is said only of what was counted, or was handed over to be counted by OnVote. Else
 * Slack shows whoever clicked that it failed. Safe to repeat: a vote counts once.
 */
export async function answerSlackAction(
  runtime: Runtime,
  request: SlackActionRequest,
): Promise<SlackActionAnswer> {
  const { rawBody, headers, address } = request;
  const now = runtime.clock.now();
  const envelope: SlackEnvelope = {
    rawBody,
    timestamp: headers['x-slack-request-timestamp'],
    signature: headers['x-slack-signature'],
    now,
  };
  const refuse = (status: SlackActionAnswer['status'], ruleId: string, why: string) => {
    runtime.log.info(logEvents.slackActionRefused, { ruleId, why, address });
    return { status, body: `${why}\n` };
  };
  const { outcome, ruleId, why } = decide(envelopeRules, envelope);
  if (outcome === 'refuse') return refuse(ruleId === 'too-large' ? 413 : 401, ruleId, why);
  const limits = limitsOf(request.askedAt ?? now, now);
  const asked = readSlackRequest(rawBody);
  // The question is read while the secrets are; whoever forges a click costs us one read of it.
  const reading = startReading(runtime, asked);
  const found = await waitUntil(runtime, limits.answerBy, findSigners(runtime, envelope));
  if (found.kind === 'failed') throw found.error;
  const { signedPlans, unreadable } =
    found.kind === 'done' ? found.value : { signedPlans: [], unreadable: true };
  if (signedPlans.length === 0) {
    return unreadable
      ? refuse(503, 'secret-unreadable', 'A signing secret cannot be read. Try again.')
      : refuse(401, 'unknown-signature', 'No Slack app of a plan signed this.');
  }
  if (asked.kind === 'malformed') return refuse(400, 'malformed', asked.why);
  if (asked.kind === 'ignored') {
    runtime.log.info(logEvents.slackActionIgnored, { why: asked.why });
    return taken;
  }
  const agent = headers['user-agent']?.slice(0, 300) ?? null;
  const signed = { click: asked.click, signedPlans, address, agent };
  const isTaken = await take(runtime, signed, limits, reading);
  return isTaken
    ? taken
    : refuse(503, 'not-taken', 'The click may not count. Look at the question, and try again.');
}

/** Begins to read the question of a click; that it fails is seen by whoever waits for it. */
function startReading(runtime: Runtime, asked: SlackRequest): Reading {
  if (asked.kind !== 'click') return Promise.resolve(undefined);
  const reading = readRequest(runtime, asked.click.press.incidentId);
  void reading.catch(() => undefined);
  return reading;
}

function limitsOf(askedAt: Date, now: Date): Limits {
  const after = (from: Date, milliseconds: number): number => from.getTime() + milliseconds;
  const answerBy = Math.max(after(askedAt, ANSWER_MILLISECONDS), after(now, LEAST_MILLISECONDS));
  return { answerBy: new Date(answerBy), countBy: new Date(after(askedAt, COUNT_MILLISECONDS)) };
}

/** Counts a click, or hands it over. @returns false if neither is known to be done in time */
async function take(
  runtime: Runtime,
  signed: SignedClick,
  { countBy, answerBy }: Limits,
  reading: Reading,
): Promise<boolean> {
  const { click } = signed;
  const { incidentId: incident } = click.press;
  const count = async (): Promise<string> => await countClick(runtime, signed, await reading);
  const counting = count();
  const counted = await waitUntil(runtime, countBy, counting);
  if (counted.kind === 'done') {
    await waitUntil(runtime, answerBy, replyTo(runtime, click, counted.value));
    return true;
  }
  const handing = handOver(runtime, signed);
  const either = await waitUntil(runtime, answerBy, Promise.any([counting, handing]));
  if (either.kind === 'done') return true;
  const problem = either.kind === 'failed' ? describeAll(either.error) : 'No answer in time.';
  runtime.log.error(logEvents.slackActionNotTaken, { incident, userId: click.userId, problem });
  return false;
}

/** Why each of several ways failed. */
function describeAll(error: unknown): string {
  return error instanceof AggregateError
    ? error.errors.map((each: unknown) => describeError(each)).join(' ')
    : describeError(error);
}
