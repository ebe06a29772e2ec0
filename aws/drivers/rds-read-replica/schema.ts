import * as z from 'zod';
import { DbInstance, HttpsCheck, Name } from '../../../core/plan/fields.ts';

/**
 * An RDS instance with a cross-Region read replica that is promoted.
 * The lag metric is `AWS/RDS` `ReplicaLag` (seconds, one sample a minute) unless a heartbeat
 * metric is named: on an idle source ReplicaLag of PostgreSQL climbs to 300 s, so that an RPO
 * below 300 s needs a heartbeat.
 */
export const RdsReadReplica = z.strictObject({
  kind: z.literal('rdsReadReplica'),
  id: Name,
  /** DB instance identifier in the primary Region. */
  source: DbInstance,
  /** DB instance identifier of the read replica in the standby Region. */
  replica: DbInstance,
  lag: z
    .strictObject({
      namespace: z.string().min(1).default('AWS/RDS'),
      metricName: z.string().min(1).default('ReplicaLag'),
      dimensions: z.record(z.string(), z.string()).optional(),
      periodSeconds: z.literal([1, 5, 10, 30, 60]).default(60),
      windowSeconds: z.int().min(10).max(3600).default(600),
      /** A newest sample older than this before the outage says nothing: unknown. */
      staleAfterSeconds: z.int().min(2).max(3600).default(300),
    })
    .prefault({}),
  promotionDeadlineSeconds: z.int().min(10).max(7200).default(1800),
  /** A request that writes through the standby's own endpoint and is answered after the commit. */
  writeCheck: HttpsCheck,
});
export type RdsReadReplica = z.infer<typeof RdsReadReplica>;
