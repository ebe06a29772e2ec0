import type { Json } from '../core/json.ts';
import type { Execution } from './asl/execution.ts';

/** The event that AWS sends when an execution ends. */
export function statusChange(execution: Execution, region: string): Json {
  const last = execution.history.at(-1);
  const details =
    last?.executionFailedEventDetails ??
    last?.executionAbortedEventDetails ??
    last?.executionTimedOutEventDetails;
  return {
    version: '0',
    id: `end-of-${execution.name}`,
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: '111122223333',
    time: (execution.stopDate ?? execution.startDate).toISOString(),
    region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.stateMachineArn,
      name: execution.name,
      status: execution.status(),
      ...(details?.error === undefined ? {} : { error: details.error }),
      ...(details?.cause === undefined ? {} : { cause: details.cause }),
    },
  };
}
