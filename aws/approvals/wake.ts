import {
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { ApprovalRequest } from '../../core/approval/request.ts';
import { NotReadyError } from '../../core/errors.ts';
import type { Runtime } from '../runtime.ts';
import { reviseRequest } from './request-store.ts';

/**
 * Keeps the token of the state that waits now. A vote may have come between the last look and
 * this one: then the state is woken at once.
 * @throws NotReadyError if the incident asks something else by now
 */
export async function storeToken(
  runtime: Runtime,
  incidentId: string,
  evidenceDigest: string,
  taskToken: string,
): Promise<ApprovalRequest> {
  const { request } = await reviseRequest(runtime, incidentId, (seen) => {
    if (seen?.evidenceDigest !== evidenceDigest) {
      throw new NotReadyError(`Incident ${incidentId} does not ask about this evidence.`);
    }
    return seen.taskToken === taskToken
      ? { result: undefined }
      : { changes: { taskToken }, result: undefined };
  });
  if (request === undefined) throw new NotReadyError(`Incident ${incidentId} asks nothing.`);
  if (request.decision !== undefined) await wake(runtime, taskToken);
  return request;
}

/**
 * Wakes the state that waits with this token. It carries no decision: the state looks into the
 * table. A state that was woken before, or whose time is over, looks by itself.
 */
export async function wake(runtime: Runtime, taskToken: string): Promise<void> {
  const client = runtime.client(SFNClient, runtime.environment.region);
  const output = JSON.stringify({ look: 'at the table' });
  try {
    await client.send(new SendTaskSuccessCommand({ taskToken, output }));
  } catch (error) {
    const isOver =
      error instanceof TaskTimedOut ||
      error instanceof TaskDoesNotExist ||
      error instanceof InvalidToken;
    if (!isOver) throw error;
  }
}
