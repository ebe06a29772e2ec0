import { secondsBetween } from '../incident.ts';
import type { Authorization } from '../plan/authorization.ts';
import type { Rule } from '../rules.ts';
import type { ApprovalRequest } from './request.ts';

/** What is known about a question when the workflow looks at it. */
export interface JudgeFacts {
  readonly request: ApprovalRequest;
  readonly now: string;
  readonly onExpiry: Authorization['onExpiry'];
  /** Whether enough rounds of probes agreed on the outage. */
  readonly outageConfirmed: boolean;
  /** Whether it is known what a promotion would lose. */
  readonly lossKnown: boolean;
}

/** `ask`: wait for votes. `escalate`, `promote` and `expire` are what an expiry can come to. */
export type JudgeOutcome =
  'approved' | 'rejected' | 'expired' | 'refuse' | 'escalate' | 'promote' | 'expire' | 'ask';

/** So often the evidence may change after an approval; then it is not evidence of anything. */
const MOST_QUESTIONS = 3;

/** How many of those who may decide were given a way to. */
function countAsked({ approvers, asked }: ApprovalRequest): number {
  return approvers.filter(({ name }) => asked.includes(name)).length;
}

/** What becomes of a question: the first row that matches decides. */
export const judgeRules: readonly Rule<JudgeFacts, JudgeOutcome>[] = [
  {
    id: 'approved',
    when: ({ request }) => request.decision?.decision === 'approved',
    then: 'approved',
    why: 'It was approved.',
  },
  {
    id: 'rejected',
    when: ({ request }) => request.decision?.decision === 'rejected',
    then: 'rejected',
    why: 'It was rejected.',
  },
  {
    id: 'expired',
    when: ({ request }) => request.decision?.decision === 'expired',
    then: 'expired',
    why: 'Nobody decided in time.',
  },
  {
    id: 'evidence-keeps-changing',
    when: ({ request }) => request.number > MOST_QUESTIONS,
    then: 'refuse',
    why: 'The evidence changed after every approval; nobody can decide on that.',
  },
  {
    id: 'time-left',
    when: ({ request, now }) => now < request.expiresAt,
    then: 'ask',
    why: 'The approvers have time left.',
    detail: ({ request, now }) => `${Math.round(secondsBetween(now, request.expiresAt))} s.`,
  },
  {
    id: 'expiry-escalates',
    when: ({ request, onExpiry }) =>
      onExpiry.action === 'escalate' && request.escalatedAt === undefined,
    then: 'escalate',
    why: 'Nobody decided in time: the second list is asked too.',
  },
  {
    id: 'expiry-promotes',
    when: ({ request, onExpiry, outageConfirmed, lossKnown }) =>
      onExpiry.action === 'promote' &&
      request.brief.subject === 'promotion' &&
      outageConfirmed &&
      lossKnown &&
      // Silence of people who were never asked means nothing.
      countAsked(request) >= request.approvalsNeeded,
    then: 'promote',
    why: 'Nobody decided in time, and the plan says that this means yes.',
    detail: ({ onExpiry }) =>
      onExpiry.action === 'promote' ? `By ${onExpiry.acceptedBy}: ${onExpiry.because}` : '',
  },
  {
    id: 'expiry-without-asking',
    when: ({ request, onExpiry, outageConfirmed, lossKnown }) =>
      onExpiry.action === 'promote' &&
      request.brief.subject === 'promotion' &&
      outageConfirmed &&
      lossKnown,
    then: 'expire',
    why: 'Nobody decided in time, but too few were given a way to answer: nothing is promoted.',
    detail: ({ request }) =>
      `${countAsked(request)} were asked in person; ${request.approvalsNeeded} must say yes.`,
  },
  {
    id: 'expiry-of-a-loss-nobody-knows',
    when: ({ request, onExpiry, outageConfirmed }) =>
      onExpiry.action === 'promote' && request.brief.subject === 'promotion' && outageConfirmed,
    then: 'expire',
    why: 'Nobody decided in time, and silence accepts no loss that nobody knows.',
  },
  {
    id: 'expiry-applies-nothing',
    when: ({ request }) => request.brief.subject === 'reconciliation',
    then: 'expire',
    why: 'Nobody decided in time: nothing is applied.',
  },
  {
    id: 'expiry-stops',
    when: () => true,
    then: 'expire',
    why: 'Nobody decided in time: nothing is promoted.',
  },
];

/** The workflow looks by itself so often, whatever became of the call that was to wake it. */
const LONGEST_WAIT_SECONDS = 300;

/** What the approvers are to be told now, and until when the workflow waits. */
export interface Agenda {
  /** `first`, `reminder-N`, `escalation`; null if everybody knows, or is told again later. */
  readonly turn: string | null;
  readonly waitSeconds: number;
}

/**
 * The first message, an escalation, or the newest reminder that is due and was not sent; and the
 * time until what is to be told again, the next reminder, the expiry or the next look. Reminders are spread evenly from the first message
 * (or the escalation) to the expiry.
 */
export function agendaOf(request: ApprovalRequest, reminders: number, now: string): Agenda {
  const from = Date.parse(request.escalatedAt ?? request.requestedAt);
  const to = Date.parse(request.expiresAt);
  const stage = request.escalatedAt === undefined ? '' : 'late-';
  const due = Array.from({ length: reminders }, (_, index) => ({
    turn: `${stage}reminder-${index + 1}`,
    at: from + ((to - from) * (index + 1)) / (reminders + 1),
  }));
  const instant = Date.parse(now);
  const opening = request.escalatedAt === undefined ? 'first' : 'escalation';
  const past = due.filter(({ at }) => at <= instant).at(-1);
  const wanted = request.told.includes(opening) ? (past?.turn ?? null) : opening;
  const missing = wanted === null || request.told.includes(wanted) ? null : wanted;
  const againAt = request.again?.turn === missing ? Date.parse(request.again.at) : instant;
  const isPaused = missing !== null && againAt > instant;
  const next = Math.min(
    due.find(({ at }) => at > instant)?.at ?? to,
    isPaused ? againAt : Infinity,
  );
  return {
    turn: isPaused ? null : missing,
    waitSeconds: Math.min(LONGEST_WAIT_SECONDS, Math.max(1, Math.ceil((next - instant) / 1000))),
  };
}
