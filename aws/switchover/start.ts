import { NotReadyError } from '../../core/errors.ts';
import type { SwitchoverRequest } from '../../core/switchover/request.ts';
import type { Runtime } from '../runtime.ts';
import { startRun } from '../start-run.ts';

/** Starts the state machine that moves services. @throws NotReadyError if the stack has none */
export async function startSwitchover(
  runtime: Runtime,
  request: SwitchoverRequest,
): Promise<string> {
  const { switchover } = runtime.environment;
  if (switchover === undefined)
    throw new NotReadyError('The stack has no switchovers yet: deploy it again.');
  const stamp = runtime.clock.now().toISOString().replaceAll(/\D/g, '');
  return await startRun(runtime, switchover, `${request.action}-${request.plan}-${stamp}`, request);
}
