import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { createAwsRuntime } from '../aws/aws-runtime.ts';
import { createClientFactory } from '../aws/clients.ts';
import type { Runtime } from '../aws/runtime.ts';
import { UsageError } from './io.ts';

const Settings = z.object({
  incidentTable: z.string(),
  reportBucket: z.string(),
  switchPrefix: z.string(),
  /** Absent in a stack that was deployed before there were switchovers. */
  switchover: z.string().optional(),
  /** Absent in a stack that was deployed before there were reconciliations. */
  reconciliation: z.string().optional(),
});

/** Options that say which stack is meant. */
export const stackOptions = {
  region: { type: 'string' },
  stack: { type: 'string', default: 'region-failover-dev' },
} as const;

/**
 * A runtime for the deployed stack, from the parameter that the stack leaves for the command
 * line. Uses the machine's own AWS credentials.
 */
export async function stackRuntime(options: {
  readonly region: string | undefined;
  readonly stack: string;
}): Promise<Runtime> {
  const region = options.region ?? process.env['AWS_REGION'];
  if (region === undefined) {
    throw new UsageError('--region REGION is missing (or AWS_REGION): the standby Region.');
  }
  const Name = `/${options.stack}/environment`;
  const client = createClientFactory()(SSMClient, region);
  const { Parameter } = await client.send(new GetParameterCommand({ Name }));
  const settings = Settings.parse(JSON.parse(Parameter?.Value ?? 'null'));
  const { switchover, reconciliation, ...others } = settings;
  return createAwsRuntime({
    region,
    ...others,
    ...(switchover === undefined ? {} : { switchover }),
    ...(reconciliation === undefined ? {} : { reconciliation }),
  });
}

/** Who runs the command, as AWS knows them. */
export async function whoAmI(runtime: Runtime): Promise<string> {
  const client = runtime.client(STSClient, runtime.environment.region);
  const { Arn } = await client.send(new GetCallerIdentityCommand({}));
  return z.string().parse(Arn);
}
