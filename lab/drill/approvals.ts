import { castVote } from '../../aws/approvals/cast-vote.ts';
import { readRequest } from '../../aws/approvals/request-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import type { Account } from '../account.ts';
import type { LabClock } from '../clock.ts';
import type { World } from '../world/world.ts';

/** A human's answer to a question of the workflow. */
export type Answer = 'approve' | 'reject';

/** Asks the audience; undefined if it does not answer. */
export type Ask = (incidentId: string, request: ApprovalRequest) => Promise<Answer | undefined>;

const LOOK_MILLISECONDS = 200;

/**
 * Watches for open questions and puts them to the audience. The answer goes the way of `failover
 * approve`: through the table and the task token. The time it takes is the human's, not ours.
 */
export async function answerQuestions(
  world: World,
  account: Account,
  clock: LabClock,
  ask: Ask,
  signal: AbortSignal,
): Promise<void> {
  const store = createIncidentStore(account.runtime);
  const asked = new Set<string>();
  while (!signal.aborted) {
    const lock = await store.readLock(world.plan.name);
    const incidentId = lock?.status === 'open' ? lock.incidentId : undefined;
    const request =
      incidentId === undefined ? undefined : await readRequest(account.runtime, incidentId);
    const isOpen = request?.decision === undefined;
    if (incidentId !== undefined && request !== undefined && isOpen) {
      if (!asked.has(request.evidenceDigest)) {
        asked.add(request.evidenceDigest);
        await decide(world, account, incidentId, request, ask);
      }
    }
    await clock.sleep(LOOK_MILLISECONDS, signal).catch(() => undefined);
  }
}

async function decide(
  world: World,
  account: Account,
  incidentId: string,
  request: ApprovalRequest,
  ask: Ask,
): Promise<void> {
  const answer = await ask(incidentId, request);
  const to = world.clock.now();
  world.busy.push({ what: 'human decision', from: new Date(request.requestedAt), to });
  if (answer === undefined) return;
  // As many people as the plan wants; one no is enough.
  const voters = answer === 'approve' ? request.approvalsNeeded : 1;
  for (const { name } of request.approvers.slice(0, voters)) {
    await castVote(account.runtime, {
      incidentId,
      voter: { name },
      decision: answer === 'approve' ? 'approved' : 'rejected',
      reason: `answered in the drill: ${answer}`,
      evidenceDigest: request.evidenceDigest,
      origin: { channel: 'page', identity: null, address: null, agent: 'the lab' },
    });
  }
}
