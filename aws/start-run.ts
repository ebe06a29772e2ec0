import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { NotReadyError } from '../core/errors.ts';
import type { Incident } from '../core/incident.ts';
import type { Json } from '../core/json.ts';
import { ask } from './errors.ts';
import { createIncidentStore } from './incident-store.ts';
import type { Runtime } from './runtime.ts';

/** Names of executions are no longer (AWS Step Functions API Reference, StartExecution). */
const LONGEST_NAME = 80;

/**
 * Starts a state machine under a name. The same name again starts nothing: it gives the run that has
 * it, also if that is over. A second run under another name is declined: the first holds the plan.
 */
export async function startRun(
  runtime: Runtime,
  stateMachineArn: string,
  name: string,
  input: Json,
): Promise<string> {
  const client = runtime.client(SFNClient, runtime.environment.region);
  const given = name.slice(0, LONGEST_NAME);
  const command = new StartExecutionCommand({
    stateMachineArn,
    name: given,
    input: JSON.stringify(input),
  });
  try {
    const { executionArn } = await ask('StartExecution', () => client.send(command));
    if (executionArn === undefined) throw new NotReadyError('Step Functions gave no execution.');
    return executionArn;
  } catch (error) {
    if (!(error instanceof ExecutionAlreadyExists)) throw error;
    return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${given}`;
  }
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

/** Why a run did not begin: a declined one gives that in its output, a failed one as its cause. */
export function wordsOfEnd(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    const why: unknown =
      typeof value === 'object' && value !== null ? Reflect.get(value, 'why') : '';
    return typeof why === 'string' && why !== '' ? why : text;
  } catch {
    return text;
  }
}
