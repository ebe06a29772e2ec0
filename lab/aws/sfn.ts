import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** Step Functions: answering a task token; the interpreter runs the rest. */
export const sfn: Service = modelled(
  'SendTaskSuccessCommand',
  z.strictObject({ taskToken: z.string(), output: z.string() }),
  ({ taskToken, output }, { world }) => {
    world.sendTaskSuccess(taskToken, output);
    return {};
  },
);
