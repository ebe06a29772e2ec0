import type { Brief } from '../../core/approval/brief.ts';
import { digestOfBrief } from '../../core/approval/brief.ts';
import { approvers } from '../../core/approval/count.ts';
import type { JudgeOutcome } from '../../core/approval/judge.ts';
import { agendaOf, judgeRules } from '../../core/approval/judge.ts';
import type { ApprovalDecision, ApprovalRequest } from '../../core/approval/request.ts';
import type { Incident } from '../../core/incident.ts';
import { logEvents } from '../../core/log-events.ts';
import { approvalsNeeded } from '../../core/plan/authorization.ts';
import { decide } from '../../core/rules.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { openRequest, readRequest, reviseRequest } from './request-store.ts';

/** What is asked, and what the plan's rule for an expiry has to know. */
interface Asked {
  readonly brief: Brief;
  readonly outageConfirmed: boolean;
  readonly lossKnown: boolean;
}

/** What became of the question, for the state machine. */
export interface Judged {
  readonly outcome: 'ask' | 'approved' | 'rejected' | 'expired' | 'refused';
  readonly ruleId: string;
  readonly why: string;
  readonly evidenceDigest: string;
  /** What the approvers are to be told now; null if nothing. */
  readonly turn: string | null;
  readonly waitSeconds: number;
  /** The approval; null unless there is one. `human` is false if an expiry stands for it. */
  readonly approval: (ApprovalDecision & { readonly human: boolean }) | null;
}

const endOf: Readonly<Record<Exclude<JudgeOutcome, 'escalate'>, Judged['outcome']>> = {
  ask: 'ask',
  approved: 'approved',
  promote: 'approved',
  rejected: 'rejected',
  expired: 'expired',
  expire: 'expired',
  refuse: 'refused',
};

/**
 * Opens the question if it is new, and judges it. An expiry is written as any decision is: a vote
 * of the same instant comes before it or is told that it came too late.
 */
export async function judgeRequest(
  runtime: Runtime,
  plan: Plan,
  incident: Incident,
  asked: Asked,
): Promise<Judged> {
  const now = runtime.clock.now().toISOString();
  const { onExpiry, reminders } = plan.authorization;
  await openRequest(runtime, await newRequest(runtime, plan, incident, asked.brief, now));
  const { request, result } = await reviseRequest(runtime, incident.id, (seen) => {
    if (seen === undefined) throw new Error(`The question of ${incident.id} is gone.`);
    const { outageConfirmed, lossKnown } = asked;
    const facts = { request: seen, now, onExpiry, outageConfirmed, lossKnown };
    const ruled = decide(judgeRules, facts);
    return { ...consequenceOf(seen, ruled, onExpiry, now), result: ruled };
  });
  if (request === undefined) throw new Error(`The question of ${incident.id} is gone.`);
  const { outcome, ruleId, why } = result;
  const { decision, evidenceDigest } = request;
  const isApproved = decision?.decision === 'approved';
  const judged = {
    outcome: outcome === 'escalate' ? 'ask' : endOf[outcome],
    ruleId,
    why: wordsOf(why, decision),
    evidenceDigest,
    ...agendaOf(request, reminders, now),
    approval: isApproved
      ? { ...decision, human: approvers(request).length >= request.approvalsNeeded }
      : null,
  } as const;
  runtime.log.info(logEvents.approvalJudged, { incident: incident.id, ...judged });
  return judged;
}

async function newRequest(
  runtime: Runtime,
  { authorization }: Plan,
  incident: Incident,
  brief: Brief,
  now: string,
): Promise<ApprovalRequest> {
  const before = await readRequest(runtime, incident.id);
  const isAgain = before?.brief.subject === brief.subject;
  return {
    incidentId: incident.id,
    plan: incident.plan,
    epoch: incident.epoch,
    brief,
    number: isAgain ? before.number + 1 : 1,
    evidenceDigest: digestOfBrief(incident, brief),
    requestedAt: now,
    expiresAt: later(now, authorization.expirySeconds),
    approvers: authorization.approvers,
    approvalsNeeded: approvalsNeeded(authorization),
    votes: [],
    revision: 1,
    told: [],
    asked: [],
  };
}

/** What is written because of what was judged; nothing for a question that goes on or is over. */
function consequenceOf(
  seen: ApprovalRequest,
  { outcome, why }: { readonly outcome: JudgeOutcome; readonly why: string },
  onExpiry: Plan['authorization']['onExpiry'],
  at: string,
) {
  if (outcome === 'escalate' && onExpiry.action === 'escalate') {
    const { approvers: others, expirySeconds } = onExpiry;
    const expiresAt = later(at, expirySeconds);
    const escalation = { approvers: [...seen.approvers, ...others], expiresAt, escalatedAt: at };
    const entry = { why, expiresAt, asked: others.map(({ name }) => name) };
    return { changes: escalation, lines: [{ what: 'approval-escalated', entry, at }] };
  }
  if (outcome !== 'expire' && outcome !== 'promote' && outcome !== 'refuse') return {};
  const decision: ApprovalDecision = {
    decision: outcome === 'promote' ? 'approved' : 'expired',
    by: "the plan's rule for an expiry",
    reason: why,
    decidedAt: at,
    evidenceDigest: seen.evidenceDigest,
  };
  return {
    changes: { decision },
    lines: [{ what: 'approval-decided', entry: { ...decision }, at }],
  };
}

function wordsOf(why: string, decision: ApprovalDecision | undefined): string {
  if (decision === undefined || decision.decision === 'expired') return why;
  const reason = decision.reason === '' ? '' : ` ${decision.reason}`;
  return `${decision.decision === 'approved' ? 'Approved' : 'Rejected'} by ${decision.by}.${reason}`;
}

const later = (from: string, seconds: number): string =>
  new Date(Date.parse(from) + seconds * 1000).toISOString();
