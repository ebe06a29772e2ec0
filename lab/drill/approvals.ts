import { readRequest } from '../../aws/approvals/request-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import type { ApprovalDecision, ApprovalRequest } from '../../core/approval/request.ts';
import { describeError } from '../../core/errors.ts';
import type { Account } from '../account.ts';
import type { LabClock } from '../clock.ts';
import type { Visit } from '../front-door/visit.ts';
import type { World } from '../world/world.ts';

/** A human's answer to a question of the workflow. */
export type Answer = 'approve' | 'reject';

/** An open question, and the world in which it can be answered. */
export interface OpenQuestion {
  readonly request: ApprovalRequest;
  readonly world: World;
  readonly account: Account;
  /** How people get to the front door. */
  readonly visit: Visit;
}

/** Answers a question over some channel, or shows somebody how to; returns when that is done. */
export type Ask = (question: OpenQuestion) => Promise<void>;

/** What became of the questions of a run. */
export interface Asked {
  /** Oldest first. */
  readonly decisions: readonly ApprovalDecision[];
  /** What went wrong while somebody answered. */
  readonly problems: readonly string[];
}

const LOOK_MILLISECONDS = 200;

/**
 * Watches for open questions and puts each to the audience once its approvers were told. How it
 * is answered is the audience's business. The time until it is decided is the human's, not ours.
 */
export async function watchQuestions(
  question: Omit<OpenQuestion, 'request'>,
  clock: LabClock,
  ask: Ask,
  signal: AbortSignal,
): Promise<Asked> {
  const { world, account } = question;
  const asked = new Map<string, Promise<void>>();
  const decisions = new Map<string, ApprovalDecision>();
  const problems: string[] = [];
  let seen: { changes: number; request: ApprovalRequest | undefined } | undefined;
  while (!signal.aborted) {
    // Hours of looks find nothing new: what is stored is read again only when an item has changed.
    const { changes } = world.items;
    if (seen?.changes !== changes) {
      seen = { changes, request: await currentRequest(world, account) };
    }
    const { request } = seen;
    const digest = request?.evidenceDigest ?? '';
    if (request?.decision !== undefined && asked.has(digest) && !decisions.has(digest)) {
      decisions.set(digest, request.decision);
      const [from, to] = [new Date(request.requestedAt), new Date(request.decision.decidedAt)];
      world.busy.push({ what: 'human decision', from, to });
    }
    const isAsked = request !== undefined && request.told.length > 0;
    if (isAsked && request.decision === undefined && !asked.has(digest)) {
      const answering = ask({ ...question, request }).catch((error: unknown) => {
        problems.push(describeError(error));
      });
      asked.set(digest, answering);
    }
    await clock.sleep(LOOK_MILLISECONDS, signal).catch(() => undefined);
  }
  await Promise.all(asked.values());
  return { decisions: [...decisions.values()], problems };
}

async function currentRequest(
  { plan }: World,
  { runtime }: Account,
): Promise<ApprovalRequest | undefined> {
  const lock = await createIncidentStore(runtime).readLock(plan.name);
  return lock?.status === 'open' ? await readRequest(runtime, lock.incidentId) : undefined;
}
