import * as z from 'zod';
import { describeError, InvalidInputError } from '../core/errors.ts';
import { logEvents } from '../core/log-events.ts';
import { awsRuntime } from './aws-runtime.ts';
import type { Runtime } from './runtime.ts';

/** One step of the workflow: what it needs, and what it does. */
export interface Step<Input extends z.ZodType, Output> {
  /** The name of the Lambda function, and of the state that calls it. */
  readonly name: string;
  readonly input: Input;
  run(input: z.infer<Input>, runtime: Runtime): Promise<Output>;
}

/** Declares a step; gives the types their names. */
export function defineStep<Input extends z.ZodType, Output>(
  step: Step<Input, Output>,
): Step<Input, Output> {
  return step;
}

/** Makes the Lambda handler of a step: parses the input, logs, runs. Errors keep their names. */
export function toHandler<Input extends z.ZodType, Output>(
  step: Step<Input, Output>,
  runtime: () => Runtime = awsRuntime,
): (event: unknown) => Promise<Output> {
  return async (event) => {
    const running = runtime();
    const parsed = step.input.safeParse(event);
    if (!parsed.success) {
      throw new InvalidInputError(`${step.name}: ${z.prettifyError(parsed.error)}`);
    }
    try {
      const output = await step.run(parsed.data, running);
      running.log.info(logEvents.stepFinished, { step: step.name, output });
      return output;
    } catch (error) {
      running.log.error(logEvents.stepFailed, { step: step.name, error: describeError(error) });
      throw error;
    }
  };
}
