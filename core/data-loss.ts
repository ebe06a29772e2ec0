import * as z from 'zod';
import type { OutageStart } from './incident.ts';
import { Instant, secondsBetween } from './incident.ts';

/**
 * The upper bound of the data that a promotion would lose, in seconds of writes; or that it is
 * not known, and why. Unknown is never treated as small.
 */
export const DataLoss = z.discriminatedUnion('known', [
  z.strictObject({
    known: z.literal(true),
    boundSeconds: z.number(),
    /** The newest reading by itself, aged: the likely loss, for people. */
    estimateSeconds: z.number(),
    sampleAt: Instant,
    ageSeconds: z.number(),
    source: z.string(),
  }),
  z.strictObject({ known: z.literal(false), reason: z.string(), source: z.string() }),
]);
export type DataLoss = z.infer<typeof DataLoss>;

/** A reading of replication lag as reported. */
interface Sample {
  readonly at: Date;
  readonly value: number;
  readonly unit: string;
}

interface LagEvidence {
  /** Oldest first. */
  readonly samples: readonly Sample[];
  readonly outageStart: OutageStart;
  readonly staleAfterSeconds: number;
  readonly source: string;
}

/**
 * Bounds the loss: the newest valid lag from before the outage, plus the time that passed since
 * (nothing can have crossed later than the outage's latest beginning without being in a reading),
 * with the window's maximum as the pessimistic lag. A reading after the outage says nothing:
 * PostgreSQL's lag then grows with the clock.
 */
export function boundDataLoss(evidence: LagEvidence): DataLoss {
  const { samples, outageStart, staleAfterSeconds, source } = evidence;
  const unknown = (reason: string): DataLoss => ({ known: false, reason, source });
  if (!outageStart.known)
    return unknown(`The outage's beginning is unknown: ${outageStart.reason}`);
  const before = samples.filter(({ at }) => at.getTime() <= Date.parse(outageStart.earliestAt));
  const newest = before.at(-1);
  if (newest === undefined) return unknown('There is no lag reading from before the outage.');
  const invalid = whyInvalid(newest);
  if (invalid !== undefined) return unknown(invalid);
  const beforeSeconds = secondsBetween(newest.at, outageStart.earliestAt);
  if (!(beforeSeconds <= staleAfterSeconds)) {
    return unknown(
      `The newest lag reading is ${beforeSeconds.toFixed(0)} s older than the outage; ` +
        `${staleAfterSeconds} s are allowed.`,
    );
  }
  const ageSeconds = secondsBetween(newest.at, outageStart.latestAt);
  if (!(ageSeconds >= beforeSeconds))
    return unknown("The outage's latest beginning lies before its earliest.");
  const valid = before.filter((sample) => whyInvalid(sample) === undefined);
  const maximum = Math.max(...valid.map(({ value }) => value));
  return {
    known: true,
    boundSeconds: round(maximum + ageSeconds),
    estimateSeconds: round(newest.value + ageSeconds),
    sampleAt: newest.at.toISOString(),
    ageSeconds: round(ageSeconds),
    source,
  };
}

function whyInvalid({ value, unit }: Sample): string | undefined {
  if (unit !== 'Seconds') return `The newest lag reading is in ${unit}; Seconds are expected.`;
  if (value === -1) return 'The newest lag reading is -1: replication was not running.';
  if (!Number.isFinite(value) || value < 0) return `The newest lag reading is ${value}.`;
  return undefined;
}

/** The worst of several databases: unknown beats every number. */
export function worstDataLoss(losses: readonly DataLoss[]): DataLoss {
  const unknown = losses.find(({ known }) => !known);
  if (unknown !== undefined) return unknown;
  const bounds = losses.flatMap((loss) => (loss.known ? [loss] : []));
  const worst = bounds.reduce<(typeof bounds)[number] | undefined>(
    (a, b) => (a !== undefined && a.boundSeconds >= b.boundSeconds ? a : b),
    undefined,
  );
  return worst ?? { known: false, reason: 'The plan names no database.', source: 'plan' };
}

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;
