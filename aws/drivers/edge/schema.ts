import * as z from 'zod';
import { Name } from '../../../core/plan/fields.ts';

/**
 * Moves the traffic away from the old primary before promotion, with a traffic driver of the
 * same plan. The standby refuses writes until it is promoted. Clients that cache the old address
 * still reach it, so that the grade is never better than `attempted`.
 */
export const Edge = z.strictObject({
  kind: z.literal('edge'),
  id: Name,
  /** The id of a driver in the plan's `traffic` list. */
  traffic: Name,
});
export type Edge = z.infer<typeof Edge>;
