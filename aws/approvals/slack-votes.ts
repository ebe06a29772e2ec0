import { describeError } from '../../core/errors.ts';
import type { ApprovalRequest, Origin } from '../../core/approval/request.ts';
import { logEvents } from '../../core/log-events.ts';
import { decide } from '../../core/rules.ts';
import { pressRules } from '../../core/slack/press.ts';
import type { SlackClick } from '../../core/slack/press.ts';
import type { Runtime } from '../runtime.ts';
import { castVote } from './cast-vote.ts';
import { recordRefusedAttempt } from './refused-attempts.ts';
import { storeReply } from './slack-replies.ts';

/** A click whose signature was checked. */
export interface SignedClick {
  readonly click: SlackClick;
  /** The plans one of whose channels signed it. */
  readonly signedPlans: readonly string[];
  readonly address: string | null;
  readonly agent: string | null;
}

/**
 * Counts a click as a vote if it belongs to the question that is asked now.
 * Safe to repeat: a vote counts once.
 * @returns a sentence for whoever clicked
 */
export async function countClick(
  runtime: Runtime,
  { click: { userId, press }, signedPlans, address, agent }: SignedClick,
  request: ApprovalRequest | undefined,
): Promise<string> {
  const { incidentId, decision, digest } = press;
  const origin: Origin = { channel: 'slack', identity: userId, address, agent };
  const { outcome, ruleId, why } = decide(pressRules, { press, request, signedPlans });
  if (outcome === 'refuse' || request === undefined) {
    const attempt = { voter: userId, decision, evidenceDigest: digest, origin, ruleId, why };
    await recordRefusedAttempt(runtime, incidentId, attempt);
    return why;
  }
  const { evidenceDigest } = request;
  const voter = { slack: userId };
  const ballot = { incidentId, voter, decision, reason: '', evidenceDigest, origin };
  return (await castVote(runtime, ballot)).why;
}

/** Leaves whoever clicked a sentence. The vote is what counts: a reply that fails is only logged. */
export async function replyTo(
  runtime: Runtime,
  { responseUrl, press: { incidentId } }: SlackClick,
  text: string,
): Promise<void> {
  if (responseUrl === undefined) return;
  try {
    await storeReply(runtime, incidentId, { responseUrl, text });
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.slackReplyNotKept, { incident: incidentId, problem });
  }
}
