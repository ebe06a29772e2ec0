import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { describeError } from '../core/errors.ts';
import type { Switch } from '../core/triage.ts';
import type { Runtime } from './runtime.ts';

/** The parameter that holds a plan's kill switch: `running`, or anything else to pause. */
function switchName(runtime: Runtime, plan: string): string {
  return `${runtime.environment.switchPrefix}/${plan}`;
}

/** Reads a plan's kill switch. Never throws: a switch that cannot be read counts as paused. */
export async function readKillSwitch(runtime: Runtime, plan: string): Promise<Switch> {
  const client = runtime.client(SSMClient, runtime.environment.region);
  try {
    const Name = switchName(runtime, plan);
    const { Parameter } = await client.send(new GetParameterCommand({ Name }));
    const value = Parameter?.Value;
    return value === undefined
      ? { readable: false, reason: `${Name} has no value` }
      : { readable: true, value };
  } catch (error) {
    return { readable: false, reason: describeError(error) };
  }
}

/** Sets a plan's kill switch. */
export async function setKillSwitch(runtime: Runtime, plan: string, value: string): Promise<void> {
  const client = runtime.client(SSMClient, runtime.environment.region);
  const Name = switchName(runtime, plan);
  await client.send(new PutParameterCommand({ Name, Value: value, Overwrite: true }));
}
