import { ParameterNotFound } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** Parameter Store: kill switches and secrets. */
export const ssm: Service = {
  ...modelled(
    'GetParameterCommand',
    z.strictObject({ Name: z.string(), WithDecryption: z.boolean().optional() }),
    ({ Name }, { world }) => {
      const Value = world.parameters.get(Name);
      if (Value === undefined) throw new ParameterNotFound({ message: Name, $metadata: {} });
      return { Parameter: { Name, Value } };
    },
  ),

  ...modelled(
    'PutParameterCommand',
    z.strictObject({ Name: z.string(), Value: z.string(), Overwrite: z.boolean() }),
    ({ Name, Value }, { world }) => {
      world.parameters.set(Name, Value);
      return {};
    },
  ),
};
