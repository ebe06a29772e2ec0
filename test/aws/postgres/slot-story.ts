import type { Comparison } from '../../../core/reconcile/comparison.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { compare, fork, keep, limitSlots, run } from './diverging.ts';

/** A table, without and with whole rows in the stream, and three rows of it. */
export const TABLE = 'CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)';
export const FULL = 'ALTER TABLE items REPLICA IDENTITY FULL';
export const THREE = `INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'c')`;

/** Statements as one transaction. */
export const transaction = (...statements: string[]): string =>
  ['BEGIN', ...statements, 'COMMIT'].join('; ');

/** Each row of `items` with its class. */
export const classesOf = ({ rows }: Comparison): string[] =>
  rows.map((row) => `${row.key['id'] ?? ''} ${row.class}`).toSorted();

/** What happens before the fork, and after it on each side. */
export interface Story {
  readonly base: readonly string[];
  readonly there: readonly string[];
  readonly here: readonly string[];
  /** After all of it, before anybody compares. */
  readonly later?: (pair: RealPair) => Promise<void>;
}

/** Parks the slot, parts the pair, lets both sides change, and works with what is found. */
export async function withStory(
  template: PairTemplate,
  { base, there, here, later }: Story,
  work: (comparison: Comparison, pair: RealPair) => Promise<void> | void,
): Promise<void> {
  const pair = await template.open();
  try {
    await limitSlots(pair);
    await run(pair, 'primary', base);
    await keep(pair);
    await fork(pair, ['INSERT INTO writes VALUES (1)']);
    await run(pair, 'primary', there);
    await pair.promote();
    await run(pair, 'standby', here);
    await later?.(pair);
    await work(await compare(pair), pair);
  } finally {
    await pair.close();
  }
}
