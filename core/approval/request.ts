import * as z from 'zod';
import { Instant } from '../incident.ts';
import { Approver } from '../plan/authorization.ts';
import { Brief } from './brief.ts';

/** Where a vote or an attempt came from, as far as the channel tells. */
export const Origin = z.strictObject({
  channel: z.enum(['page', 'slack', 'cli']),
  /** How the channel knows the person: mail address, Slack user id, ARN; null if it does not. */
  identity: z.string().max(300).nullable(),
  /** Network address of the caller, and its user agent; null where the channel gives none. */
  address: z.string().max(100).nullable(),
  agent: z.string().max(300).nullable(),
});
export type Origin = z.infer<typeof Origin>;

/** What somebody decided on the evidence that was shown. */
export const Vote = z.strictObject({
  /** The approver's name in the list. */
  approver: z.string(),
  decision: z.enum(['approved', 'rejected']),
  /** In the person's own words; empty if none were given. */
  reason: z.string().max(2000),
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
  escalatedAt: Instant.optional(),
  decision: ApprovalDecision.optional(),
  /** Wakes the waiting state; never shown to anybody. */
  taskToken: z.string().optional(),
});
export type ApprovalRequest = z.infer<typeof ApprovalRequest>;

/** What anybody may see of a question: everything but the token. */
export const ShownRequest = ApprovalRequest.omit({ taskToken: true });
export type ShownRequest = z.infer<typeof ShownRequest>;
