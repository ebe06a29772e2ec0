import * as z from 'zod';
import { HostName, matching, Name } from '../../../core/plan/fields.ts';

const RecordType = z.enum(['A', 'AAAA', 'CNAME']);
const Values = z.array(z.string().min(1)).min(1).max(20);

const common = {
  kind: z.literal('route53Record'),
  id: Name,
  hostedZoneId: matching(/^Z[A-Z0-9]+$/, 'a hosted zone id such as Z0123456789ABC'),
  name: HostName,
  recordType: RecordType.default('A'),
  settleDeadlineSeconds: z.int().min(5).max(1800).default(180),
};

/**
 * Route 53 records that are rewritten in one atomic batch. A control-plane call in us-east-1:
 * prefer `healthCheckMarker`, and enable accelerated recovery on the zone when you use this.
 */
export const Route53Record = z.discriminatedUnion('routing', [
  z.strictObject({
    ...common,
    routing: z.literal('simple'),
    ttlSeconds: z.int().min(1).max(300).default(60),
    primary: Values,
    standby: Values,
  }),
  z.strictObject({
    ...common,
    routing: z.literal('weighted'),
    /** Set identifiers of the two existing weighted records. */
    primary: z.string().min(1).max(128),
    standby: z.string().min(1).max(128),
    weight: z.int().min(1).max(255).default(100),
  }),
  z.strictObject({
    ...common,
    routing: z.literal('failover'),
    /** Set identifiers of the two existing failover records: their roles are exchanged. */
    primary: z.string().min(1).max(128),
    standby: z.string().min(1).max(128),
  }),
]);
export type Route53Record = z.infer<typeof Route53Record>;
