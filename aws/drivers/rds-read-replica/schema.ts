import * as z from 'zod';
import { DbInstance, HttpsCheck, matching, Name } from '../../../core/plan/fields.ts';

/** Where lag is read. */
const Lag = z.strictObject({
  namespace: z.string().min(1).default('AWS/RDS'),
  metricName: z.string().min(1).default('ReplicaLag'),
  dimensions: z.record(z.string(), z.string()).optional(),
  periodSeconds: z.literal([1, 5, 10, 30, 60]).default(60),
  windowSeconds: z.int().min(10).max(3600).default(600),
  /** A newest sample older than this before the outage says nothing: unknown. */
  staleAfterSeconds: z.int().min(2).max(3600).default(300),
});

/**
 * How a session with the database is opened. Only a switchover needs one: that nothing is lost is
 * proved by a position of the log, which no API of RDS tells.
 */
const Connection = z.strictObject({
  /** Holds `username` and `password`, as RDS keeps them; the replica has the same ones. */
  secret: matching(
    /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$/,
    'the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-SUFFIX',
  ),
  /** The database in which the service keeps its data. */
  database: z.string().min(1).max(63),
  /** How long writes may be held while the replica catches up, before they go on as before. */
  catchUpDeadlineSeconds: z.int().min(10).max(3600).default(300),
});
export type Connection = z.infer<typeof Connection>;

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
  lag: Lag.prefault({}),
  /** How long it may take until a replica is there again; hours, where there is much data. */
  rebuildDeadlineSeconds: z.int().min(60).max(64_800).default(43_200),
  promotionDeadlineSeconds: z.int().min(10).max(7200).default(1800),
  /** A request that writes through the standby's own endpoint and is answered after the commit. */
  writeCheck: HttpsCheck,
  connection: Connection.optional(),
});
export type RdsReadReplica = z.infer<typeof RdsReadReplica>;

/** What of it is other on the way back, when the source is the replica and the replica the source. */
export const RdsReadReplicaBack = z.strictObject({
  /** Of the database in the plan. */
  id: Name,
  lag: Lag.prefault({}),
  /** A request that writes through the primary Region's own endpoint. */
  writeCheck: HttpsCheck,
});
