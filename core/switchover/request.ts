import * as z from 'zod';
import { Name, Region } from '../plan/fields.ts';

/** What somebody asks for when a service is to be moved. */
export const SwitchoverRequest = z.strictObject({
  /** The plan's name. */
  plan: Name,
  /** `rebuild` only sees that the Region has a replica, and moves nothing. */
  action: z.enum(['move', 'rebuild']).default('move'),
  /** The Region to which the service moves. */
  to: Region,
  /** Who asks, as AWS knows them. */
  by: z.string().min(1).max(2048),
  reason: z.string().min(1).max(1000),
});
export type SwitchoverRequest = z.infer<typeof SwitchoverRequest>;
