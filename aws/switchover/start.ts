import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { NotReadyError } from '../../core/errors.ts';
import type { Incident } from '../../core/incident.ts';
import type { SwitchoverRequest } from '../../core/switchover/request.ts';
import { ask } from '../errors.ts';
import { createIncidentStore } from '../incident-store.ts';
import type { Runtime } from '../runtime.ts';

/** Starts the state machine that moves services. @throws NotReadyError if the stack has none */
export async function startSwitchover(
  runtime: Runtime,
  request: SwitchoverRequest,
): Promise<string> {
  const { switchover: stateMachineArn, region } = runtime.environment;
  if (stateMachineArn === undefined)
    throw new NotReadyError('The stack has no switchovers yet: deploy it again.');
  const client = runtime.client(SFNClient, region);
  const stamp = runtime.clock.now().toISOString().replaceAll(/\D/g, '');
  const command = new StartExecutionCommand({
    stateMachineArn,
    // A second run, after an answer that was lost, is declined: the first one holds the plan.
    name: `${request.action}-${request.plan}-${stamp}`,
    input: JSON.stringify(request),
  });
  const { executionArn } = await ask('StartExecution', () => client.send(command));
  if (executionArn === undefined) throw new NotReadyError('Step Functions gave no execution.');
  return executionArn;
}

/** What became of a run's beginning. */
export type Beginning =
  | { readonly is: 'open'; readonly incident: Incident }
  | { readonly is: 'over'; readonly status: string; readonly words: string }
  | { readonly is: 'unknown' };

/** Whether a run has opened its incident, or is over already. */
export async function readBeginning(runtime: Runtime, executionArn: string): Promise<Beginning> {
  const incident = await createIncidentStore(runtime).findByExecution(executionArn);
  if (incident !== undefined) return { is: 'open', incident };
  const client = runtime.client(SFNClient, runtime.environment.region);
  const command = new DescribeExecutionCommand({ executionArn });
  const { status, output, cause } = await ask('DescribeExecution', () => client.send(command));
  if (status === undefined || status === 'RUNNING') return { is: 'unknown' };
  return { is: 'over', status, words: output ?? cause ?? 'Nothing was said.' };
}
