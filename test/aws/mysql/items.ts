import type { Comparison, MysqlOrigin } from '../../../core/reconcile/comparison.ts';
import { DATABASE } from './pair.ts';
import type { Pair } from './pair.ts';

/** A table, and three rows of it. */
export const ITEMS = 'CREATE TABLE items (id int PRIMARY KEY, value varchar(20))';
export const THREE = `INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'c')`;

/** Both go on in any case: then positions alone say nothing. */
export const GOES_ON = 'INSERT INTO kept VALUES (7)';

/** Lets both go on by themselves, and compares them. */
export async function compareAfter(
  pair: Pair,
  base: readonly string[],
  there: readonly string[],
  here: readonly string[],
): Promise<Comparison<MysqlOrigin>> {
  await pair.fork(base);
  await pair.old.run([GOES_ON, ...there], DATABASE);
  await pair.writer.run([GOES_ON, ...here], DATABASE);
  return await pair.compare();
}
