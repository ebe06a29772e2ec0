import * as z from 'zod';
import { HostName, matching, Name, Region } from '../../../core/plan/fields.ts';

/**
 * "Standby takes over primary": the PRIMARY failover record has an inverted health check on a
 * marker object in a bucket of the standby Region. Putting the object moves the traffic by the
 * data plane alone; Route 53's control plane in us-east-1 is not needed.
 */
export const HealthCheckMarker = z.strictObject({
  kind: z.literal('healthCheckMarker'),
  id: Name,
  /** The public name that is switched. */
  name: HostName,
  recordType: z.enum(['A', 'AAAA', 'CNAME']).default('A'),
  /** Whether the standby is served while the object is there, or while it is not. */
  takeover: z.enum(['present', 'absent']).default('present'),
  /** Of the bucket; the standby Region unless given. */
  region: Region.optional(),
  bucket: matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket'),
  /** Ends up in an IAM resource: wildcards and substitutions are no part of it. */
  key: matching(/^[A-Za-z0-9!_.'()/-]{1,1024}$/, 'an object key without spaces, *, ? and $'),
  /** Health-check interval times threshold, plus TTL: how long the flip takes at most. */
  settleDeadlineSeconds: z.int().min(5).max(1800).default(300),
});
export type HealthCheckMarker = z.infer<typeof HealthCheckMarker>;
