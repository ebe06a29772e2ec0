import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** STS: who the caller is, as the lab set it. */
export const sts: Service = modelled(
  'GetCallerIdentityCommand',
  z.strictObject({}),
  (_, { world }) => {
    if (world.caller === undefined) throw new Error('The lab has no caller.');
    return { Arn: world.caller };
  },
);
