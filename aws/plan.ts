import * as z from 'zod';
import { Name } from '../core/plan/fields.ts';
import { Authorization } from '../core/plan/authorization.ts';
import { Reconciliation } from '../core/plan/reconciliation.ts';
import { Detection, Objectives, Regions, Verification } from '../core/plan/sections.ts';
import { AutoScalingGroup } from './drivers/auto-scaling-group/schema.ts';
import { EcsService } from './drivers/ecs-service/schema.ts';
import { Edge } from './drivers/edge/schema.ts';
import { HealthCheckMarker } from './drivers/health-check-marker/schema.ts';
import { RdsReadReplica, RdsReadReplicaBack } from './drivers/rds-read-replica/schema.ts';
import { Route53Record } from './drivers/route53-record/schema.ts';
import { SecurityGroup } from './drivers/security-group/schema.ts';
import { Ses } from './drivers/ses/schema.ts';
import { SlackApp } from './drivers/slack-app/schema.ts';
import { SlackWebhook } from './drivers/slack-webhook/schema.ts';
import { Sns } from './drivers/sns/schema.ts';

/** A database that is promoted. */
export const Database = z.discriminatedUnion('kind', [RdsReadReplica]);
export type Database = z.infer<typeof Database>;

/** Compute in the standby Region that is warmed up. */
export const Compute = z.discriminatedUnion('kind', [AutoScalingGroup, EcsService]);
export type Compute = z.infer<typeof Compute>;

/** A way to move the traffic. */
export const Traffic = z.discriminatedUnion('kind', [HealthCheckMarker, Route53Record]);
export type Traffic = z.infer<typeof Traffic>;

/** A way to keep the old primary from serving writes. */
export const Fencing = z.discriminatedUnion('kind', [SecurityGroup, Edge]);
export type Fencing = z.infer<typeof Fencing>;

/** A way to tell people. */
export const Notification = z.discriminatedUnion('kind', [Ses, SlackApp, SlackWebhook, Sns]);
export type Notification = z.infer<typeof Notification>;

/**
 * What the way back needs: the same things as the plan, seen from the other side. With it a service
 * can be moved by a switchover, in either direction.
 */
const Failback = z.strictObject({
  detection: Detection.pick({ alarms: true, probes: true }),
  databases: z.array(RdsReadReplicaBack).min(1).max(10),
  /** How the standby Region's database is kept from taking writes: no move without one. */
  fencing: z.array(Fencing).min(1).max(10),
  /** Compute in the primary Region. */
  compute: z.array(Compute).max(20).default([]),
  /** Asked at the primary Region's own endpoint. */
  verification: Verification.pick({ standby: true }),
});

/**
 * The plan of one protected service: strict, so that a misspelt key is an error and not a
 * default. What one field cannot say about another is checked by `aws/plan-rules.ts`.
 */
export const Plan = z.strictObject({
  name: Name,
  regions: Regions,
  strategy: z.enum(['pilotLight', 'warmStandby']),
  objectives: Objectives,
  detection: Detection,
  databases: z.array(Database).min(1).max(10),
  fencing: z.array(Fencing).max(10).default([]),
  compute: z.array(Compute).max(20).default([]),
  traffic: z.array(Traffic).min(1).max(20),
  verification: Verification,
  authorization: Authorization,
  notifications: z.array(Notification).min(1).max(10),
  cooldownSeconds: z.int().min(60).max(604_800).default(86_400),
  reconciliation: Reconciliation.optional(),
  failback: Failback.optional(),
});
export type Plan = z.infer<typeof Plan>;

/** The plans that are deployed together. */
export const Plans = z.array(Plan);
