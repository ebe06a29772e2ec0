/** How an attempt ended for the client. `unknown`: sent, and no answer that settles it. */
type AttemptOutcome = 'pending' | 'acknowledged' | 'failed' | 'unknown';

/** One attempt to place an order, as its client remembers it. */
export interface Attempt {
  readonly id: string;
  readonly client: string;
  /** A client that honours TTLs; others do not count for availability. */
  readonly wellBehaved: boolean;
  readonly startedAt: Date;
  outcome: AttemptOutcome;
  /** When the answer was read, and who gave it. */
  acknowledgedAt?: Date;
  region?: string;
  ip?: string;
  /** Why it did not work. */
  reason?: string;
}

/** A time without a single acknowledged write of a well-behaved client. */
export interface Gap {
  /** The last acknowledged write before the gap: here the outage begins. */
  readonly startAt: Date;
  /** The first acknowledged write after it: here service is restored. */
  readonly endAt: Date;
  readonly seconds: number;
}

/** What the clients saw. */
export interface Measurement {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly unknown: number;
  readonly gaps: readonly Gap[];
  /** Set while an outage goes on: the last acknowledged write, longer ago than a gap takes. */
  readonly downSince: Date | undefined;
}

/** Silence shorter than this is the ordinary pause between two writes, not an outage. */
const SHORTEST_GAP_SECONDS = 0.5;

/**
 * Availability as the clients saw it: of the service, not of each client. A gap ends with the first
 * acknowledged write of any well-behaved client.
 */
export function measureAttempts(
  attempts: readonly Attempt[],
  now: Date,
  shortestGapSeconds: number = SHORTEST_GAP_SECONDS,
): Measurement {
  const count = (outcome: AttemptOutcome) =>
    attempts.filter((attempt) => attempt.outcome === outcome).length;
  const acknowledged = attempts
    .filter((attempt) => attempt.wellBehaved)
    .flatMap((attempt) => attempt.acknowledgedAt ?? [])
    .sort((one, other) => one.getTime() - other.getTime());
  const gaps = acknowledged.slice(1).flatMap((endAt, index): readonly Gap[] => {
    const startAt = acknowledged[index] ?? endAt;
    const seconds = (endAt.getTime() - startAt.getTime()) / 1_000;
    return seconds >= shortestGapSeconds ? [{ startAt, endAt, seconds }] : [];
  });
  const last = acknowledged.at(-1);
  const silent = last !== undefined && now.getTime() - last.getTime() >= shortestGapSeconds * 1_000;
  return {
    attempted: attempts.length,
    acknowledged: count('acknowledged'),
    failed: count('failed'),
    unknown: count('unknown'),
    gaps,
    downSince: silent ? last : undefined,
  };
}
