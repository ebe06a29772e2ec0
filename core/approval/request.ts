import * as z from 'zod';
import { Instant } from '../incident.ts';
import { Approver } from '../plan/authorization.ts';
import { Brief } from './brief.ts';

/** The longest reason that is kept. */
export const MOST_REASON_CHARACTERS = 2000;
const MOST_IDENTITY_CHARACTERS = 300;
const MOST_ADDRESS_CHARACTERS = 100;
const MOST_AGENT_CHARACTERS = 300;

/** Where a vote or an attempt came from, as far as the channel tells. */
export const Origin = z.strictObject({
  channel: z.enum(['page', 'slack', 'cli']),
  /** How the channel knows the person: mail address, Slack user id, ARN; null if it does not. */
  identity: z.string().max(MOST_IDENTITY_CHARACTERS).nullable(),
  /** Network address of the caller, and its user agent; null where the channel gives none. */
  address: z.string().max(MOST_ADDRESS_CHARACTERS).nullable(),
  agent: z.string().max(MOST_AGENT_CHARACTERS).nullable(),
});
export type Origin = z.infer<typeof Origin>;

/**
 * An origin as it is kept. A path of an IAM user alone may have 512 characters, and a browser says
 * what it likes: what is too long is cut, since who voted is known by other means.
 */
export function fittedOrigin({ channel, identity, address, agent }: Origin): Origin {
  return {
    channel,
    identity: identity?.slice(0, MOST_IDENTITY_CHARACTERS) ?? null,
    address: address?.slice(0, MOST_ADDRESS_CHARACTERS) ?? null,
    agent: agent?.slice(0, MOST_AGENT_CHARACTERS) ?? null,
  };
}

/** What somebody decided on the evidence that was shown. */
export const Vote = z.strictObject({
  /** The approver's name in the list. */
  approver: z.string(),
  decision: z.enum(['approved', 'rejected']),
  /** In the person's own words; empty if none were given. */
  reason: z.string().max(MOST_REASON_CHARACTERS),
  at: Instant,
  evidenceDigest: z.string(),
  origin: Origin,
});
export type Vote = z.infer<typeof Vote>;

/** How a question ended. The first decision stands. */
export const ApprovalDecision = z.strictObject({
  decision: z.enum(['approved', 'rejected', 'expired']),
  /** Names of those who decided it; for an expiry, whose rule it was. */
  by: z.string(),
  reason: z.string(),
  decidedAt: Instant,
  evidenceDigest: z.string(),
});
export type ApprovalDecision = z.infer<typeof ApprovalDecision>;

/** A question put to the approvers, as it is stored. One is current for an incident. */
export const ApprovalRequest = z.object({
  incidentId: z.string(),
  plan: z.string(),
  epoch: z.int(),
  brief: Brief,
  /** The how manieth question on this subject it is: evidence that changes is asked again. */
  number: z.int().min(1),
  evidenceDigest: z.string(),
  requestedAt: Instant,
  /** Moves once, when the question is escalated. */
  expiresAt: Instant,
  approvers: z.array(Approver),
  /** Of how many different approvers a yes is needed. */
  approvalsNeeded: z.int().min(1),
  votes: z.array(Vote),
  /** Grows with every change: what is written was decided on what was read. */
  revision: z.int(),
  /** What was told already: `first`, `reminder-1`, `escalation`. */
  told: z.array(z.string()),
  /**
   * Names of the approvers who were asked in person, in a way by which they can answer. A question
   * that was written before this was kept asked nobody, as far as is known.
   */
  asked: z.array(z.string()).default([]),
  /** The turn that is to be told again, after how many attempts, and not before when. */
  again: z.strictObject({ turn: z.string(), tries: z.int().min(1), at: Instant }).optional(),
  escalatedAt: Instant.optional(),
  decision: ApprovalDecision.optional(),
  /** Wakes the waiting state; never shown to anybody. */
  taskToken: z.string().optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** What anybody may see of a question: everything but the token. */
export const ShownRequest = ApprovalRequest.omit({ taskToken: true });
export type ShownRequest = z.infer<typeof ShownRequest>;
