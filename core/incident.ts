import * as z from 'zod';

/** An instant as ISO 8601 text with milliseconds, in UTC. */
export const Instant = z.iso.datetime();

/** When the writes can have stopped, as far as the alarm tells. */
export const OutageStart = z.discriminatedUnion('known', [
  z.strictObject({ known: z.literal(true), earliestAt: Instant, latestAt: Instant }),
  z.strictObject({ known: z.literal(false), reason: z.string() }),
]);
export type OutageStart = z.infer<typeof OutageStart>;

/** One outage of one service and everything we did about it. */
export const Incident = z.strictObject({
  id: z.string(),
  plan: z.string(),
  /** Grows with every incident of the plan: a change of an older epoch is refused. */
  epoch: z.int().min(1),
  alarm: z.string(),
  alarmReason: z.string(),
  openedAt: Instant,
  outageStart: OutageStart,
  executionArn: z.string(),
  /** Until then the undo of the incident before may still take a fence away; absent if it cannot. */
  settlesAt: Instant.optional(),
  /** Only of a switchover, and of a reconciliation. */
  planned: z
    .strictObject({
      /** Who asked for it. */
      by: z.string(),
      /** The Region to which the service moves, or where it is and stays. */
      to: z.string(),
      /** The incident that promoted last, if any did. */
      after: z.string().optional(),
    })
    .optional(),
});
export type Incident = z.infer<typeof Incident>;

/** How an incident can end. */
export const Outcome = z.enum([
  'recovered',
  'moved',
  'prepared',
  'reconciled',
  'unreconciled',
  'declined',
  'stoodDown',
  'rejected',
  'expired',
  'failed',
]);
export type Outcome = z.infer<typeof Outcome>;

/**
 * The plan's lock as it is stored: who holds it, and what the last incident did.
 * `promotedAt` stays until a human acknowledges: a promotion is never followed by another one
 * of the automation's own accord.
 */
export const Lock = z.object({
  plan: z.string(),
  epoch: z.int(),
  incidentId: z.string(),
  status: z.enum(['open', 'closed']),
  expiresAt: Instant,
  promotedAt: Instant.optional(),
  acknowledgedAt: Instant.optional(),
  /** The Region to which a planned run moves the service, or where it makes a replica. */
  planned: z.string().optional(),
  /** The incident that promoted last. */
  promotedBy: z.string().optional(),
  closedAt: Instant.optional(),
  /** Until then a change of the incident that held the lock last may still land. */
  settlesAt: Instant.optional(),
});
export type Lock = z.infer<typeof Lock>;

/** Seconds from one instant to another; negative if `to` is earlier. */
export function secondsBetween(from: string | Date, to: string | Date): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}

/** The name of an incident, for people too: the plan, when it was opened, and its epoch. */
export function incidentId(plan: string, openedAt: string, epoch: number): string {
  const stamp = openedAt.replaceAll(/[-:]|\.\d+/g, '').toLowerCase();
  return `${plan}-${stamp}-${epoch}`;
}
