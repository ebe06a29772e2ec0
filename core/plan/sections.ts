import * as z from 'zod';
import {
  AlarmArn,
  CallMilliseconds,
  DbInstance,
  HttpsCheck,
  Name,
  PositiveSeconds,
  Region,
} from './fields.ts';

/** Which Region is which. The roles never change during a run. Witnesses come later. */
export const Regions = z.strictObject({ primary: Region, standby: Region });

/** What the business asked for. */
export const Objectives = z.strictObject({
  rtoSeconds: PositiveSeconds,
  rpoSeconds: z.number().min(0),
});

/** A TCP connection that must come about. */
const TcpTarget = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  connectTimeoutMilliseconds: CallMilliseconds.default(2000),
});

/** What a vantage point asks to find out whether the primary is alive. */
export const Probe = z.discriminatedUnion('kind', [
  HttpsCheck.extend({ kind: z.literal('https'), id: Name }),
  TcpTarget.extend({ kind: z.literal('tcp'), id: Name }),
  z.strictObject({
    kind: z.literal('rdsStatus'),
    id: Name,
    instance: DbInstance,
  }),
  z.strictObject({ kind: z.literal('replicationProgress'), id: Name, database: Name }),
  z.strictObject({ kind: z.literal('alarmState'), id: Name, alarm: AlarmArn }),
]);
export type Probe = z.infer<typeof Probe>;

/** A target that must answer, or this vantage point's own view is not to be believed. */
const Control = z.discriminatedUnion('kind', [
  HttpsCheck.extend({ kind: z.literal('https'), id: Name }),
  TcpTarget.extend({ kind: z.literal('tcp'), id: Name }),
]);

/** How an outage is noticed and confirmed. */
export const Detection = z.strictObject({
  alarms: z.array(AlarmArn).min(1).max(20),
  /** An alarm whose state is older than this is recorded and not acted on. */
  staleAfterSeconds: z.int().min(30).max(3600).default(600),
  probes: z.array(Probe).min(1).max(20),
  controls: z.array(Control).max(5).default([]),
  confirm: z.strictObject({
    /** Vantage points that must agree. One exists today: the orchestrator's Region. */
    vantages: z.literal(1).default(1),
    /** Consecutive rounds that must say down; two that say up call it a false alarm. */
    rounds: z.int().min(2).max(20).default(3),
    intervalSeconds: z.int().min(1).max(60).default(10),
    /** Different kinds of probes that must say down in the same round. */
    signals: z.int().min(1).max(5).default(2),
    minimumOutageSeconds: z.int().min(1).max(3600),
    deadlineSeconds: z.int().min(5).max(3600),
  }),
});
export type Detection = z.infer<typeof Detection>;

/** Proof that the service works, before and after traffic moves. */
export const Verification = z.strictObject({
  /** Asked at the standby's own endpoint, before traffic is switched. */
  standby: z.array(HttpsCheck).min(1).max(5),
  /** Asked through the public name, after traffic was switched. */
  service: z.array(HttpsCheck).min(1).max(5),
  deadlineSeconds: z.int().min(5).max(3600).default(600),
});
