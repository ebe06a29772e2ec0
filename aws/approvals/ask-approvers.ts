import { questionNotice } from '../../core/approval/notices.ts';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { ShownRequest } from '../../core/approval/request.ts';
import { describeError } from '../../core/errors.ts';
import { logEvents } from '../../core/log-events.ts';
import type { Message } from '../../core/messages.ts';
import { readCardIfPossible } from '../incident-card.ts';
import { tell } from '../notify.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { stackOptionsOf } from '../runtime.ts';
import { createLink } from './links.ts';
import { reviseRequest } from './request-store.ts';

/**
 * Tells everybody who may decide what is due, each with a link of their own, and keeps that it was
 * told. Told over the channels of the plan; whoever has none sees it on the command line.
 * @returns the ids of the channels that took it
 * @throws NobodyToldError if none did, and it was no reminder
 */
export async function askApprovers(
  runtime: Runtime,
  plan: Plan,
  request: ApprovalRequest,
  turn: string,
): Promise<string[]> {
  const { incidentId, evidenceDigest, expiresAt } = request;
  const links = await linksOf(runtime, request);
  const card = await readCardIfPossible(runtime, incidentId);
  const asked = { request: ShownRequest.parse(request), links };
  const options = stackOptionsOf(runtime.environment);
  const told = await tellOrRemind(runtime, plan, questionNotice(turn, asked, card, options));
  const at = runtime.clock.now().toISOString();
  const asking = request.approvers.map(({ name }) => name);
  const entry = { turn, evidenceDigest, expiresAt, asked: asking, told };
  await reviseRequest(runtime, incidentId, (seen) =>
    seen?.evidenceDigest === evidenceDigest && !seen.told.includes(turn)
      ? {
          changes: { told: [...seen.told, turn] },
          lines: [{ what: 'approval-requested', entry, at }],
          result: undefined,
        }
      : { result: undefined },
  );
  runtime.log.info(logEvents.approvalRequested, { incident: incidentId, turn, told });
  return told;
}

/** A reminder that reaches nobody ends nothing: those who were asked are still deciding. */
async function tellOrRemind(runtime: Runtime, plan: Plan, notice: Message): Promise<string[]> {
  try {
    return [...(await tell(runtime, plan, notice)).channels];
  } catch (error) {
    if (notice.turn !== 'reminder') throw error;
    const problem = describeError(error);
    runtime.log.error(logEvents.notificationFailed, { turn: notice.turn, problem });
    return [];
  }
}

/** So long a link shows how it ended; the question itself takes no vote after its own end. */
const SHOWN_AFTERWARDS_MILLISECONDS = 24 * 3600 * 1000;

/**
 * A link for everybody who has a mail address. Where none can be made, people are asked all the
 * same: buttons and the command line need no link.
 */
async function linksOf(
  runtime: Runtime,
  { incidentId, evidenceDigest, approvers, expiresAt: askedUntil }: ApprovalRequest,
): Promise<Map<string, string>> {
  const links = new Map<string, string>();
  const end = Date.parse(askedUntil) + SHOWN_AFTERWARDS_MILLISECONDS;
  const expiresAt = new Date(end).toISOString();
  try {
    for (const { name, mail } of approvers) {
      if (mail === undefined) continue;
      const link = { incidentId, approver: name, evidenceDigest, expiresAt };
      links.set(name, await createLink(runtime, link));
    }
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.linksNotMade, { incident: incidentId, problem });
  }
  return links;
}
