/** Figures of many runs, by nearest rank: each is one that was really measured. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  /** How many runs have such a figure at all. */
  readonly of: number;
}

/** The percentiles of what was measured; undefined where nothing was. */
export function percentilesOf(values: readonly (number | null)[]): Percentiles | undefined {
  const known = values.flatMap((value) => value ?? []).toSorted((a, b) => a - b);
  if (known.length === 0) return undefined;
  const at = (share: number): number => known[Math.ceil(share * known.length) - 1] ?? Number.NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), of: known.length };
}
