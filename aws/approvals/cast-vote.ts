import type { ApprovalRequest, Origin } from '../../core/approval/request.ts';
import type { Runtime } from '../runtime.ts';

/** Who votes, as the channel proved it. The name in a signed link, a Slack user, an IAM ARN. */
export type Voter =
  { readonly name: string } | { readonly slack: string } | { readonly iam: string };

/** A vote as it comes in. Authentication is the channel's; authorization is ours. */
export interface Ballot {
  readonly incidentId: string;
  readonly voter: Voter;
  readonly decision: 'approved' | 'rejected';
  readonly reason: string;
  readonly evidenceDigest: string;
  readonly origin: Origin;
}

/** What a vote came to. */
export interface Count {
  /** `counted`: more votes are needed. `decided`: this one decided. `refused`: nothing changed. */
  readonly outcome: 'counted' | 'decided' | 'refused';
  readonly ruleId: string;
  /** A sentence for the voter. */
  readonly why: string;
  /** The question as it is now; undefined if the incident asks nothing. */
  readonly request: ApprovalRequest | undefined;
}

/**
 * Counts a vote, atomically: the vote, the decision that it may bring about and the line in the
 * ledger are one write, made only if nothing changed since the question was read. Repeating the
 * same vote changes nothing. A refused one is kept in the ledger and the log.
 */
export async function castVote(_runtime: Runtime, _ballot: Ballot): Promise<Count> {
  return await Promise.reject(new Error('not written yet'));
}
