import type { Approver } from '../plan/authorization.ts';
import type { Rule } from '../rules.ts';
import type { ApprovalRequest, Vote } from './request.ts';
import { MOST_REASON_CHARACTERS } from './request.ts';

/** What is known when a vote comes in. */
export interface VoteFacts {
  readonly request: ApprovalRequest | undefined;
  /** Who votes, as the question's list knows them; undefined if it does not. */
  readonly approver: Approver | undefined;
  readonly decision: 'approved' | 'rejected';
  readonly reason: string;
  readonly evidenceDigest: string;
  readonly now: string;
}

/** `repeat`: this vote was counted before. `count`: counted, more are needed. */
export type VoteOutcome = 'refuse' | 'repeat' | 'reject' | 'approve' | 'count';

/** What a vote does: the first row that matches decides. Everything else leaves all as it is. */
export const voteRules: readonly Rule<VoteFacts, VoteOutcome>[] = [
  {
    id: 'nothing-asked',
    when: ({ request }) => request === undefined,
    then: 'refuse',
    why: 'This incident asks for no approval.',
  },
  {
    id: 'not-an-approver',
    when: ({ approver }) => approver === undefined,
    then: 'refuse',
    why: 'You are not on the list of those who may decide this.',
  },
  {
    id: 'superseded',
    when: ({ request, evidenceDigest }) => request?.evidenceDigest !== evidenceDigest,
    then: 'refuse',
    why: 'The evidence has changed since this was asked: look at the newest message.',
  },
  {
    id: 'counted-before',
    // After a decision to the contrary the voter is told of that.
    when: (facts) =>
      latestVote(facts)?.decision === facts.decision &&
      (facts.request?.decision?.decision ?? facts.decision) === facts.decision,
    then: 'repeat',
    why: 'Your vote was counted before.',
  },
  {
    id: 'decided',
    when: ({ request }) => request?.decision !== undefined,
    then: 'refuse',
    why: 'It is decided already; the first decision stands.',
    detail: ({ request }) => {
      const known = request?.decision;
      return known === undefined
        ? ''
        : `It was ${known.decision} by ${known.by} at ${known.decidedAt}.`;
    },
  },
  {
    id: 'expired',
    when: ({ request, now }) => request === undefined || !(now < request.expiresAt),
    then: 'refuse',
    why: 'The time to decide is over.',
    detail: ({ request }) => `It ended at ${request?.expiresAt ?? ''}.`,
  },
  {
    id: 'reason-too-long',
    // What cannot be read again would end the run: it is not written.
    when: ({ reason }) => reason.length > MOST_REASON_CHARACTERS,
    then: 'refuse',
    why: `The reason may have ${MOST_REASON_CHARACTERS} characters at most. Give it again, shorter.`,
    detail: ({ reason }) => `This one has ${reason.length}.`,
  },
  {
    id: 'rejected',
    when: ({ decision }) => decision !== 'approved',
    then: 'reject',
    why: 'One no is enough: nothing is promoted.',
  },
  {
    id: 'approved',
    when: (facts) => approvalsWith(facts) >= (facts.request?.approvalsNeeded ?? Infinity),
    then: 'approve',
    why: 'Enough people said yes.',
    detail: (facts) => `${approvalsWith(facts)} of ${facts.request?.approvalsNeeded ?? 0}.`,
  },
  {
    id: 'more-needed',
    when: () => true,
    then: 'count',
    why: 'Your yes is counted; more people must say yes.',
    detail: (facts) => `${approvalsWith(facts)} of ${facts.request?.approvalsNeeded ?? 0}.`,
  },
];

/** Names of those whose yes counts: one a person, and only on the evidence that is asked now. */
export function approvers(
  request: Pick<ApprovalRequest, 'approvers' | 'votes' | 'evidenceDigest'>,
): string[] {
  return request.approvers
    .map(({ name }) => name)
    .filter((name) => lastOf(request.votes, name, request.evidenceDigest)?.decision === 'approved');
}

function lastOf(votes: readonly Vote[], name: string, digest: string): Vote | undefined {
  return votes.findLast((vote) => vote.approver === name && vote.evidenceDigest === digest);
}

function latestVote({ request, approver }: VoteFacts): Vote | undefined {
  if (request === undefined || approver === undefined) return undefined;
  return lastOf(request.votes, approver.name, request.evidenceDigest);
}

/** How many people said yes, with this voter's yes among them. */
function approvalsWith({ request, approver }: VoteFacts): number {
  if (request === undefined || approver === undefined) return 0;
  return new Set([...approvers(request), approver.name]).size;
}
