/** What an apply of the old code would do, the worst first: the order in which people read it. */
export const dangers = [
  { id: 'second-writer', words: 'a second database takes writes' },
  { id: 'writer-at-risk', words: 'the database that takes the writes is put at risk' },
  { id: 'clients-sent-back', words: 'clients are sent to the old primary again' },
  { id: 'capacity-taken', words: 'the standby loses compute that it needs' },
] as const;
export type Danger = (typeof dangers)[number]['id'];

/** What to change in the code, a sentence each, by the tool that people have. */
export interface CodeChange {
  readonly terraform: readonly string[];
  readonly cloudFormation: readonly string[];
  readonly cdk: readonly string[];
}

/** Something that is not as it was before the failover, and that code may describe as it was. */
export interface Difference {
  readonly danger: Danger;
  /** As it was read now. */
  readonly found: string;
  /** As it was before the failover, or that nobody knows. */
  readonly before: string;
  /** What an apply would do that makes it as it was before. */
  readonly apply: string;
  readonly change: CodeChange;
}

/** What came of comparing one thing. `why` says how it is, where nothing differs. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly why: string;
}

/** One thing of the account, and what was found out about it. Unread is never `same`. */
export type Reading = { readonly what: string } & (
  | { readonly outcome: 'same'; readonly why: string }
  | { readonly outcome: 'differs'; readonly differences: readonly Difference[] }
  | { readonly outcome: 'unread'; readonly why: string }
);

/** A difference with the thing that it is about. */
export type NamedDifference = Difference & { readonly what: string };

/** What differs, by danger; things of the same danger stay in the order of the plan. */
export function byDanger(readings: readonly Reading[]): NamedDifference[] {
  const rank = new Map<Danger, number>(dangers.map(({ id }, index) => [id, index]));
  const rankOf = ({ danger }: Difference): number => rank.get(danger) ?? 0;
  return readings
    .flatMap((reading) =>
      reading.outcome === 'differs'
        ? reading.differences.map((each) => ({ what: reading.what, ...each }))
        : [],
    )
    .toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Nothing differs; says how it is. */
export function same(why: string): Comparison {
  return { differences: [], why };
}
