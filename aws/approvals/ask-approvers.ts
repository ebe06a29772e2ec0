import { questionNotice } from '../../core/approval/notices.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { ShownRequest } from '../../core/approval/request.ts';
import { afterTelling } from '../../core/approval/telling.ts';
import { describeError, UnreachableError } from '../../core/errors.ts';
import { logEvents } from '../../core/log-events.ts';
import type { Message } from '../../core/messages.ts';
import { readCardIfPossible } from '../incident-card.ts';
import type { Told } from '../notify.ts';
import { tell } from '../notify.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { stackOptionsOf } from '../runtime.ts';
import { createLink } from './links.ts';
import { reviseRequest } from './request-store.ts';

/** Who was asked. */
export interface Asking {
  /** Names of those who were asked in a way by which they can answer, and over which channels. */
  readonly why: string;
  /** Whether the turn is due again, sooner than the state was told to wait. */
  readonly isDueAgain: boolean;
}

/**
 * Tells everybody who may decide what is due, each with a link of their own, and keeps who was
 * asked: whoever was not cannot be silent. A turn that missed somebody for a reason that may pass,
 * or an escalation that reached nobody, stays due. Safe to repeat: nobody is told twice.
 * @throws NobodyToldError if the first message reached nobody
 */
export async function askApprovers(
  runtime: Runtime,
  plan: Plan,
  request: ApprovalRequest,
  turn: string,
): Promise<Asking> {
  const { incidentId, evidenceDigest, expiresAt } = request;
  const { links, mayPass } = await linksOf(runtime, request);
  const card = await readCardIfPossible(runtime, incidentId);
  const question = { request: ShownRequest.parse(request), links };
  const options = stackOptionsOf(runtime.environment);
  const told = await tellOrGoOn(runtime, plan, questionNotice(turn, question, card, options));
  const facts = {
    ...{ turn, asked: told.asked, isReached: told.channels.length > 0 },
    mayPass: told.mayPass || (mayPass && told.missed.length > 0),
  };
  const now = runtime.clock.now();
  const [asked, channels, missed] = [[...told.asked], [...told.channels], [...told.missed]];
  const { result: isDueAgain } = await reviseRequest(runtime, incidentId, (seen) => {
    if (seen?.evidenceDigest !== evidenceDigest || seen.told.includes(turn)) {
      return { result: false };
    }
    const { outcome, ruleId, changes } = afterTelling(seen, facts, now);
    const entry = { turn, evidenceDigest, expiresAt, asked, told: channels, missed, ruleId };
    const what = outcome === 'told' ? 'approval-requested' : 'approval-due-again';
    const lines = [{ what, entry, at: now.toISOString() }];
    return { changes, lines, result: outcome === 'again' };
  });
  const details = { incident: incidentId, turn, asked, told: channels, missed, isDueAgain };
  runtime.log.info(logEvents.approvalRequested, details);
  return { why: wordsOf(told), isDueAgain };
}

function wordsOf({ asked, channels, missed }: Told): string {
  const who = asked.join(', ') || 'nobody in person';
  const over = channels.join(', ') || 'no channel';
  const rest = missed.length === 0 ? '' : ` Missed: ${missed.join('; ')}.`;
  return `Asked ${who} over ${over}.${rest}`;
}

/** Only the first message has to reach somebody: after it people are deciding already. */
async function tellOrGoOn(runtime: Runtime, plan: Plan, notice: Message): Promise<Told> {
  try {
    return await tell(runtime, plan, notice);
  } catch (error) {
    if (notice.turn === 'question') throw error;
    const problem = describeError(error);
    runtime.log.error(logEvents.notificationFailed, { turn: notice.turn, problem });
    return { channels: [], asked: [], missed: [problem], mayPass: true };
  }
}

/** So long a link shows how it ended; the question itself takes no vote after its own end. */
const SHOWN_AFTERWARDS_MILLISECONDS = 24 * 3600 * 1000;

/**
 * A link for everybody who has a mail address. Where none can be made, people are asked all the
 * same: buttons and the command line need no link.
 * @returns `mayPass`: whether links are missing for a reason that may pass
 */
async function linksOf(
  runtime: Runtime,
  { incidentId, evidenceDigest, approvers, expiresAt: askedUntil }: ApprovalRequest,
): Promise<{ readonly links: ReadonlyMap<string, string>; readonly mayPass: boolean }> {
  const links = new Map<string, string>();
  const end = Date.parse(askedUntil) + SHOWN_AFTERWARDS_MILLISECONDS;
  const expiresAt = new Date(end).toISOString();
  try {
    for (const { name, mail } of approvers) {
      if (mail === undefined) continue;
      const link = { incidentId, approver: name, evidenceDigest, expiresAt };
      links.set(name, await createLink(runtime, link));
    }
    return { links, mayPass: false };
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.linksNotMade, { incident: incidentId, problem });
    return { links, mayPass: error instanceof UnreachableError };
  }
}
