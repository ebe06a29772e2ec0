import { applyUnits } from '../../../aws/mysql/apply.ts';
import { openWriter } from '../../../aws/mysql/writer-side.ts';
import type { Comparison, MysqlOrigin } from '../../../core/reconcile/comparison.ts';
import { keyWords } from '../../../core/reconcile/comparison.ts';
import type { Settled } from '../../../core/reconcile/settled.ts';
import { DATABASE } from './pair.ts';
import type { Pair } from './pair.ts';

export const CLASSES = ['lostInsert', 'lostUpdate', 'lostDelete'];

export const approve = (items: readonly string[]) => ({
  ...{ items, rows: [], renumber: [], leave: [], by: 'Ada' },
});

/** Applies what is approved, and closes the session. */
export async function apply(
  pair: Pair,
  comparison: Comparison<MysqlOrigin>,
  items: readonly string[] = CLASSES,
  user = 'root',
): Promise<Settled[]> {
  const writer = await openWriter('The writer', pair.writer.url(DATABASE, user));
  try {
    const settled: Settled[] = [];
    for await (const each of applyUnits(writer, comparison, approve(items))) settled.push(each);
    return settled;
  } finally {
    await writer.close();
  }
}

/** What became of each row. */
export const told = (settled: readonly Settled[]): string[] =>
  settled
    .flatMap(({ unit, outcome }) =>
      unit.rows.map((row) => `${row.name} ${keyWords(row)} ${outcome}`),
    )
    .toSorted();

/** Both go on; then they are compared. Marks of other tests are forgotten. */
export async function parted(
  pair: Pair,
  base: readonly string[],
  there: readonly string[],
  here: readonly string[] = [],
): Promise<Comparison<MysqlOrigin>> {
  await pair.writer.run(['SET sql_log_bin = 0', 'DROP DATABASE IF EXISTS region_failover']);
  await pair.fork(base);
  await pair.old.run(there, DATABASE);
  await pair.writer.run(here, DATABASE);
  return await pair.compare();
}
