/** A time in which the world itself was what everybody waited for. */
export interface BusySpan {
  /** What took the time, in a word. */
  readonly what: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * Seconds of [from, to] in which at least one span runs. What is left of an outage is our own
 * overhead: spans that overlap count once.
 */
export function busySeconds(spans: readonly BusySpan[], from: Date, to: Date): number {
  const clipped = spans
    .map((span) => ({
      from: Math.max(span.from.getTime(), from.getTime()),
      to: Math.min(span.to.getTime(), to.getTime()),
    }))
    .filter((span) => span.to > span.from)
    .toSorted((a, b) => a.from - b.from);
  let total = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const span of clipped) {
    total += Math.max(0, span.to - Math.max(span.from, reached));
    reached = Math.max(reached, span.to);
  }
  return total / 1000;
}
