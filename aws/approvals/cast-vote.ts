import { approvers, voteRules } from '../../core/approval/count.ts';
import type { ApprovalDecision, ApprovalRequest, Origin } from '../../core/approval/request.ts';
import { fittedOrigin, Vote } from '../../core/approval/request.ts';
import { logEvents } from '../../core/log-events.ts';
import type { Approver } from '../../core/plan/authorization.ts';
import { decide } from '../../core/rules.ts';
import type { Runtime } from '../runtime.ts';
import { recordRefusedAttempt } from './refused-attempts.ts';
import { reviseRequest } from './request-store.ts';

/** Who votes, as the channel proved it: the name in a signed link, a Slack user, an ARN. */
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
export async function castVote(runtime: Runtime, ballot: Ballot): Promise<Count> {
  const at = runtime.clock.now().toISOString();
  const { incidentId, decision, reason, evidenceDigest } = ballot;
  const origin = fittedOrigin(ballot.origin);
  const { request, result } = await reviseRequest(runtime, incidentId, (seen) => {
    const approver = seen?.approvers.find((each) => isSame(each, ballot.voter));
    const facts = { request: seen, approver, decision, reason, evidenceDigest, now: at };
    const { outcome, ruleId, why } = decide(voteRules, facts);
    const ruled = { outcome, ruleId, why, approver: approver?.name ?? null };
    if (seen === undefined || approver === undefined) return { result: ruled };
    if (outcome === 'refuse' || outcome === 'repeat') return { result: ruled };
    const voted = { approver: approver.name, decision, reason, at, evidenceDigest, origin };
    const vote = Vote.parse(voted);
    const votes = [...seen.votes, vote];
    const line = { what: 'vote', entry: { ...vote, ruleId, why }, at };
    if (outcome === 'count') return { changes: { votes }, lines: [line], result: ruled };
    const decided = decisionOf({ ...seen, votes }, vote);
    const last = { what: 'approval-decided', entry: { ...decided }, at };
    return { changes: { votes, decision: decided }, lines: [line, last], result: ruled };
  });
  const { outcome, ruleId, why, approver } = result;
  if (outcome === 'refuse') {
    const voter = approver ?? nameOf(ballot.voter);
    const attempt = { voter, decision, evidenceDigest, origin, ruleId, why };
    await recordRefusedAttempt(runtime, incidentId, attempt);
    return { outcome: 'refused', ruleId, why, request };
  }
  const details = { incident: incidentId, approver, decision, ruleId, origin, evidenceDigest };
  runtime.log.info(logEvents.voteCounted, details);
  const isDecided = request?.decision !== undefined;
  return { outcome: isDecided ? 'decided' : 'counted', ruleId, why, request };
}

/** One no decides alone; a yes decides with those before it. */
function decisionOf(request: ApprovalRequest, vote: Vote): ApprovalDecision {
  const { decision, reason, at, evidenceDigest } = vote;
  const by = decision === 'approved' ? approvers(request).join(', ') : vote.approver;
  return { decision, by, reason, decidedAt: at, evidenceDigest };
}

function isSame(approver: Approver, voter: Voter): boolean {
  if ('name' in voter) return approver.name === voter.name;
  if ('slack' in voter) return approver.slack === voter.slack;
  return approver.iam === voter.iam;
}

const nameOf = (voter: Voter): string =>
  'name' in voter ? voter.name : 'slack' in voter ? voter.slack : voter.iam;
