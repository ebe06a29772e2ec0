import * as z from 'zod';
import { Name } from '../../../core/plan/fields.ts';

/**
 * "Standby takes over primary": the PRIMARY failover record has an inverted health check on a
 * marker object in a bucket of the standby Region. Putting the object moves the traffic by the
 * data plane alone; Route 53's control plane in us-east-1 is not needed.
 */
export const HealthCheckMarker = z.strictObject({
  kind: z.literal('healthCheckMarker'),
  id: Name,
  /** The public name that is switched. */
  name: z.string().min(3),
  recordType: z.enum(['A', 'AAAA', 'CNAME']).default('A'),
  bucket: z.string().min(3).max(63),
  key: z.string().min(1).max(1024),
  /** Health-check interval times threshold, plus TTL: how long the flip takes at most. */
  settleDeadlineSeconds: z.int().min(5).max(1800).default(300),
});
export type HealthCheckMarker = z.infer<typeof HealthCheckMarker>;
