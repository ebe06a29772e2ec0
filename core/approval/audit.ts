import * as z from 'zod';
import { Instant } from '../incident.ts';
import { Origin } from './request.ts';

/** Who decided what, or tried to: a line of the record. */
export const AuditLine = z.object({
  at: Instant,
  /** The approver; for a refused attempt whom it claimed to be, null if nobody. */
  who: z.string().nullable(),
  decision: z.string().nullable(),
  reason: z.string(),
  evidenceDigest: z.string().nullable(),
  origin: Origin,
});
export type AuditLine = z.infer<typeof AuditLine>;

const Counted = z.object({
  approver: z.string(),
  decision: z.string(),
  reason: z.string(),
  evidenceDigest: z.string(),
  origin: Origin,
});
const Refused = z.object({
  voter: z.string().nullable(),
  decision: z.string().nullable(),
  why: z.string(),
  evidenceDigest: z.string().nullable(),
  origin: Origin,
});

/** Every vote that was counted and every attempt that was refused, from the ledger. */
export function auditOf(
  entries: readonly { readonly at: string; readonly what: string; readonly entry: unknown }[],
): { readonly votes: AuditLine[]; readonly refusedAttempts: AuditLine[] } {
  const of = (wanted: string) => entries.filter(({ what }) => what === wanted);
  return {
    votes: of('vote').map(({ at, entry }) => {
      const { approver, ...vote } = Counted.parse(entry);
      return { at, who: approver, ...vote };
    }),
    refusedAttempts: of('attempt-refused').map(({ at, entry }) => {
      const { voter, why, ...attempt } = Refused.parse(entry);
      return { at, who: voter, reason: why, ...attempt };
    }),
  };
}
