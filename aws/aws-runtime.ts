import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { createClientFactory } from './clients.ts';
import { createLog } from './log.ts';
import { createNetwork } from './network.ts';
import type { Environment, Runtime } from './runtime.ts';

const EnvironmentVariables = z.object({
  AWS_REGION: z.string(),
  INCIDENT_TABLE: z.string(),
  REPORT_BUCKET: z.string(),
  SWITCH_PREFIX: z.string(),
  FRONT_DOOR_URL: z.string().optional(),
  LINK_SECRET: z.string().optional(),
  RECONCILIATION: z.string().optional(),
});

/** Reads what the stack told the function. @throws ZodError naming the missing variable */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const parsed = EnvironmentVariables.parse(variables);
  const { FRONT_DOOR_URL: frontDoorUrl, LINK_SECRET: linkSecret, RECONCILIATION } = parsed;
  return {
    region: parsed.AWS_REGION,
    incidentTable: parsed.INCIDENT_TABLE,
    reportBucket: parsed.REPORT_BUCKET,
    switchPrefix: parsed.SWITCH_PREFIX,
    ...(frontDoorUrl === undefined ? {} : { frontDoorUrl }),
    ...(linkSecret === undefined ? {} : { linkSecret }),
    ...(RECONCILIATION === undefined ? {} : { reconciliation: RECONCILIATION }),
  };
}

let cached: Runtime | undefined;

/** The runtime inside AWS Lambda: built once for each execution environment. */
export function awsRuntime(): Runtime {
  cached ??= createAwsRuntime(readEnvironment(process.env));
  return cached;
}

/** The real clock, clients and network, for a stack with these names. */
export function createAwsRuntime(environment: Environment): Runtime {
  return {
    clock: { now: () => new Date() },
    deadline: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, { signal });
    },
    client: createClientFactory(),
    network: createNetwork(),
    environment,
    log: createLog(environment.region),
    loadPlans: async (): Promise<unknown> =>
      JSON.parse(await readFile(new URL('./plans.json', import.meta.url), 'utf8')),
  };
}
