import type { Settled } from '../../../core/reconcile/settled.ts';
import { keyWords, nameOf } from '../../../core/reconcile/comparison.ts';
import type { Comparison } from '../../../core/reconcile/comparison.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, fork, run } from './diverging.ts';

/** Classes that can be approved for all tables at once. */
export const CLASSES = ['lostInsert', 'lostUpdate', 'lostDelete'];

/** What happened before the fork, after it on the old primary, and after it on the writer. */
export interface History {
  readonly base?: readonly string[];
  readonly there?: readonly string[];
  readonly here?: readonly string[];
}

/** Parts a pair, lets both sides change, compares them, and works with that. */
export async function parted(
  template: PairTemplate,
  { base = [], there = [], here = [] }: History,
  work: (pair: RealPair, comparison: Comparison) => Promise<void>,
): Promise<void> {
  const pair = await template.open();
  try {
    // A standby knows that it deleted nothing once it has replayed something.
    await fork(pair, [...base, 'INSERT INTO writes VALUES (1)']);
    await run(pair, 'primary', there);
    await pair.promote();
    await run(pair, 'standby', here);
    await work(pair, await compare(pair));
  } finally {
    await pair.close();
  }
}

/** Each row with its class. */
export const classes = ({ rows }: Comparison): string[] =>
  rows.map((row) => `${nameOf(row)} ${keyWords(row)} ${row.class}`).toSorted();

/** What became of each row. */
export const told = (settled: readonly Settled[]): string[] =>
  settled
    .flatMap(({ unit, outcome }) =>
      unit.rows.map((row) => `${nameOf(row)} ${keyWords(row)} ${outcome}`),
    )
    .toSorted();

/** Applies, and tells of each row what became of it. */
export const settle = async (...args: Parameters<typeof apply>): Promise<string[]> =>
  told(await apply(...args));
