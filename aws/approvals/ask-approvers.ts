import { questionNotice } from '../../core/approval/notices.ts';
import type { ApprovalRequest, ShownRequest } from '../../core/approval/request.ts';
import { logEvents } from '../../core/log-events.ts';
import { readCardIfPossible } from '../incident-card.ts';
import { tell } from '../notify.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { stackOptionsOf } from '../runtime.ts';
import { reviseRequest } from './request-store.ts';

/**
 * Tells everybody who may decide what is due, each with a link of their own, and keeps that it was
 * told. Told over the channels of the plan; whoever has none sees it on the command line.
 * @returns the ids of the channels that took it
 * @throws NobodyToldError if none did
 */
export async function askApprovers(
  runtime: Runtime,
  plan: Plan,
  request: ApprovalRequest,
  turn: string,
): Promise<string[]> {
  const { incidentId, evidenceDigest, expiresAt } = request;
  const links = new Map<string, string>(); // filled once links exist
  const card = await readCardIfPossible(runtime, incidentId);
  const asked = { request: shown(request), links };
  const options = stackOptionsOf(runtime.environment);
  const told = await tell(runtime, plan, questionNotice(turn, asked, card, options));
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

/** The question without the token, which is nobody's business. */
function shown(request: ApprovalRequest): ShownRequest {
  const { taskToken: _, ...rest } = request;
  return rest;
}
