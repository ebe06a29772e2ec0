import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describeError, NotReadyError } from '../core/errors.ts';
import type { Switch } from '../core/triage.ts';
import { isRunning } from '../core/triage.ts';
import { ask } from './errors.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';

/** The parameter that holds a plan's kill switch: `running`, or anything else to pause. */
function switchName(runtime: Runtime, plan: string): string {
  return `${runtime.environment.switchPrefix}/${plan}`;
}

/** Reads a plan's kill switch. Never throws: a switch that cannot be read counts as paused. */
export async function readKillSwitch(runtime: Runtime, plan: string): Promise<Switch> {
  const client = runtime.client(SSMClient, runtime.environment.region);
  const Name = switchName(runtime, plan);
  try {
    const answer = await readAgain(() =>
      ask('GetParameter', () => client.send(new GetParameterCommand({ Name }))),
    );
    const value = answer.Parameter?.Value;
    return value === undefined
      ? { readable: false, reason: `${Name} has no value` }
      : { readable: true, value };
  } catch (error) {
    return { readable: false, reason: describeError(error) };
  }
}

/**
 * Stops a run whose switch was turned after its alarm was accepted.
 * @throws NotReadyError if the switch does not say in so many words that it may go on
 */
export async function refuseIfPaused(runtime: Runtime, plan: string): Promise<void> {
  const killSwitch = await readKillSwitch(runtime, plan);
  if (isRunning(killSwitch)) return;
  const found = killSwitch.readable ? `says "${killSwitch.value}"` : 'cannot be read';
  const why = killSwitch.readable ? '' : ` (${killSwitch.reason})`;
  throw new NotReadyError(`The kill switch ${found}${why}: nothing is changed by itself.`);
}

/** Sets a plan's kill switch. */
export async function setKillSwitch(runtime: Runtime, plan: string, value: string): Promise<void> {
  const client = runtime.client(SSMClient, runtime.environment.region);
  const Name = switchName(runtime, plan);
  await client.send(new PutParameterCommand({ Name, Value: value, Overwrite: true }));
}
