import { ExecutionAlreadyExists, ExecutionDoesNotExist } from '@aws-sdk/client-sfn';
import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** Step Functions: answering a task token, starting and describing runs; the interpreter does the rest. */
export const sfn: Service = {
  ...modelled(
    'SendTaskSuccessCommand',
    z.strictObject({ taskToken: z.string(), output: z.string() }),
    ({ taskToken, output }, { world }) => {
      world.sendTaskSuccess(taskToken, output);
      return {};
    },
  ),

  ...modelled(
    'StartExecutionCommand',
    z.strictObject({ stateMachineArn: z.string(), name: z.string(), input: z.string() }),
    ({ stateMachineArn, name, input }, { world }) => {
      const parsed = z.json().parse(JSON.parse(input));
      const started = world.startExecution(stateMachineArn, parsed, name);
      // A name is taken for 90 days; the same start again is only good while that run is under way.
      const message = `Execution ${started.arn} exists.`;
      if (started.status() !== 'RUNNING')
        throw new ExecutionAlreadyExists({ message, $metadata: {} });
      return { executionArn: started.arn, startDate: world.clock.now() };
    },
  ),

  ...modelled(
    'DescribeExecutionCommand',
    z.strictObject({ executionArn: z.string() }),
    ({ executionArn }, { world }) => {
      const found = world.describeExecution(executionArn);
      if (found === undefined)
        throw new ExecutionDoesNotExist({ message: 'There is no such execution.', $metadata: {} });
      return found;
    },
  ),
};
