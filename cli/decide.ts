import { castVote } from '../aws/approvals/cast-vote.ts';
import { readRequest } from '../aws/approvals/request-store.ts';
import { briefLines } from '../core/approval/brief.ts';
import type { ApprovalRequest } from '../core/approval/request.ts';
import type { Command, Io } from './io.ts';
import type { Connect } from './operator-args.ts';
import { confirmed, read } from './operator-args.ts';
import { oneLine } from './safe-text.ts';
import { whoAmI } from './stack.ts';

/** `failover approve` and `failover reject`: a vote of whoever AWS knows the caller as. */
export function decideCommand(
  connect: Connect,
  name: string,
  decision: 'approved' | 'rejected',
): Command {
  return async (args, io) => {
    const given = read(name, args, io);
    if (given === undefined) return 0;
    const runtime = await connect(given);
    const request = await readRequest(runtime, given.subject);
    if (request === undefined) {
      io.err(`Incident ${given.subject} asks for no approval.`);
      return 1;
    }
    if (given.digest !== undefined && !request.evidenceDigest.startsWith(given.digest)) {
      io.err('The question is about newer evidence than --digest names: read the newest message.');
      return 1;
    }
    if (!(await confirmed(io, request.plan, given, questionOf(request)))) return 1;
    const iam = await whoAmI(runtime);
    const { evidenceDigest } = request;
    const origin = { channel: 'cli', identity: iam, address: null, agent: null } as const;
    const vote = { decision, reason: given.reason, evidenceDigest, origin };
    const count = await castVote(runtime, {
      incidentId: given.subject,
      voter: { iam },
      ...vote,
    });
    return sayCount(io, given.subject, iam, count);
  };
}

function questionOf({ brief, expiresAt, approvalsNeeded }: ApprovalRequest): string {
  const lines = briefLines(brief).map((line) => `  ${oneLine(line)}`);
  return [...lines, `Until ${expiresAt}; ${approvalsNeeded} yes needed, one no ends it.`].join(
    '\n',
  );
}

function sayCount(
  io: Io,
  incidentId: string,
  iam: string,
  { outcome, why, ruleId, request }: Awaited<ReturnType<typeof castVote>>,
): number {
  if (outcome === 'refused') {
    io.err(`Not counted: ${why}`);
    if (ruleId === 'not-an-approver') io.err(`The plan lists no approver with iam: ${iam}`);
    return 1;
  }
  const known = request?.decision;
  io.out(
    known === undefined
      ? `${incidentId}: ${why}`
      : `${incidentId} ${known.decision} by ${oneLine(known.by)} at ${known.decidedAt}.`,
  );
  return 0;
}
