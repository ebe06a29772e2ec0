import * as z from 'zod';
import type { Rule } from '../rules.ts';
import { Counts, lostClasses, noCounts, Origin, rowClasses, rowWords } from './comparison.ts';
import type { Comparison } from './comparison.ts';

/** What a comparison of one database came to, without its rows: those are in the report. */
export const Compared = z.object({
  /** The database's id in the plan. */
  id: z.string(),
  /** Where the report is: `s3://BUCKET/KEY/`. */
  report: z.string(),
  comparedAt: z.iso.datetime(),
  rowsDigest: z.string(),
  /** The SHA-256 of the report's `report.json`, which names those of its rows and its page. */
  headDigest: z.string(),
  origin: Origin,
  counts: Counts,
  /** Rows that need somebody. */
  rows: z.int(),
  /** Rows that a yes would apply, as far as reading tells. */
  applicable: z.int(),
  /** Tables and other things that could not be compared, a sentence each. */
  leftOut: z.array(z.string()),
  /** Whether nothing was open on the old primary, and nothing written, while it was compared. */
  isStill: z.boolean().default(false),
  /** What explained the rows, and what cannot be seen. */
  source: z.string(),
  blindSpots: z.array(z.string()),
  /** What of the plan's mask is no column of this database; another one may have it. */
  strangers: z.array(z.string()),
});
export type Compared = z.infer<typeof Compared>;

/** A result in words, for whoever reads it in the console. */
export interface Worded {
  readonly why: string;
}

/** What of a mask hides nothing in any database: a typo shows what should be hidden. */
export const strangersToAll = ([first, ...others]: readonly Compared[]): string[] =>
  (first?.strangers ?? []).filter((each) =>
    others.every(({ strangers }) => strangers.includes(each)),
  );

/** The counts of all tables together. */
export function totalOf({ tables }: Pick<Comparison, 'tables'>): Counts {
  const total = { ...noCounts };
  for (const { counts } of tables) for (const each of rowClasses) total[each] += counts[each];
  return total;
}

/** What was found in a database, for people. */
export function comparedWords({ id, counts, rows, leftOut }: Compared): string {
  const found = lostClasses.flatMap((each) =>
    counts[each] === 0 ? [] : [`${counts[each]} ${rowWords[each]}`],
  );
  const missing = rows === 0 ? 'no row is missing' : found.join(', ');
  const others = leftOut.length === 0 ? '' : ` Not compared: ${leftOut.join(' ')}`;
  return `${id}: ${missing}.${others}`;
}

/** What is known once every database is compared. */
export interface DivergenceFacts {
  readonly rows: number;
  readonly applicable: number;
  readonly leftOut: number;
}

/** `ask` asks approvers; `people` leaves it to the commands; `none` ends it well. */
export type DivergenceOutcome = 'none' | 'ask' | 'people';

/** What is to be done about what the comparison found. */
export const divergenceRules: readonly Rule<DivergenceFacts, DivergenceOutcome>[] = [
  {
    id: 'nothing-missing',
    when: ({ rows, leftOut }) => rows === 0 && leftOut === 0,
    then: 'none',
    why: 'Everything that the old primary holds is on the writer.',
  },
  {
    id: 'nothing-to-apply',
    when: ({ applicable }) => applicable === 0,
    then: 'people',
    why: 'Nothing of it may be applied as the plan says: somebody has to decide row by row.',
    detail: ({ rows, leftOut }) => `${rows} rows; ${leftOut} things could not be compared.`,
  },
  {
    id: 'applicable',
    when: () => true,
    then: 'ask',
    why: 'Rows are missing that the plan lets a human approve.',
    detail: ({ rows, applicable }) => `${applicable} of ${rows} rows.`,
  },
];

/** What the rules need of all databases. */
export const divergenceOf = (all: readonly Compared[]): DivergenceFacts => ({
  rows: all.reduce((sum, { rows }) => sum + rows, 0),
  applicable: all.reduce((sum, { applicable }) => sum + applicable, 0),
  leftOut: all.reduce((sum, { leftOut }) => sum + leftOut.length, 0),
});
