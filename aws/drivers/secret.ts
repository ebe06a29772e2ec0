import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { NotReadyError } from '../../core/errors.ts';
import { ask } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { IamStatement } from './driver.ts';

/**
 * Reads a SecureString parameter of the orchestrator's Region, at the time of use: a secret that
 * was exchanged counts at once.
 * @throws NotReadyError if it is empty; the value is in no error
 */
export async function readSecret(runtime: Runtime, name: string): Promise<string> {
  const client = runtime.client(SSMClient, runtime.environment.region);
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await ask('GetParameter', () => client.send(command));
  const value = answer.Parameter?.Value?.trim() ?? '';
  if (value === '') throw new NotReadyError(`The parameter ${name} is empty.`);
  return value;
}

/** Reading one parameter; SSM decrypts it with the account's own key for parameters. */
export function readingSecret(name: string, region: string): IamStatement {
  return {
    actions: ['ssm:GetParameter'],
    resources: [`arn:\${AWS::Partition}:ssm:${region}:\${AWS::AccountId}:parameter${name}`],
  };
}
