import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, fork, read, run } from './diverging.ts';
import { CLASSES } from './parted.ts';

const TABLE = 'CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)';
const ALL = [...CLASSES, 'items:conflict', 'items:unclear'];

/** A change of one row. */
interface Change {
  readonly id: number;
  readonly value: string | undefined;
}
type Rows = ReadonlyMap<number, string>;

const statementOf = ({ id, value }: Change): string =>
  value === undefined
    ? `DELETE FROM items WHERE id = ${id}`
    : `INSERT INTO items VALUES (${id}, '${value}') ON CONFLICT (id) DO UPDATE SET value = excluded.value`;

/** One transaction a list of changes. */
const transaction = (changes: readonly Change[]): string =>
  ['BEGIN', ...changes.map(statementOf), 'COMMIT'].join('; ');

function play(base: Rows, changes: readonly Change[]) {
  const rows = new Map(base);
  const touched = new Set<number>();
  for (const { id, value } of changes) {
    if (value === undefined && !rows.has(id)) continue;
    touched.add(id);
    if (value === undefined) rows.delete(id);
    else rows.set(id, value);
  }
  return { rows, touched };
}

/** What the writer must have when everything of the old primary was approved, worked out by hand. */
function merged(base: Rows, there: readonly Change[], here: readonly Change[]): Rows {
  const [old, writer] = [play(base, there), play(base, here)];
  const rows = new Map(writer.rows);
  for (const id of old.touched) {
    const value = old.rows.get(id);
    if (value !== undefined) rows.set(id, value);
    // A row that the old primary deleted and the writer changed looks as if the writer inserted it.
    else if (!writer.touched.has(id)) rows.delete(id);
  }
  return rows;
}

describeOnPostgres('applying what never crossed', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('leaves the writer as a naive merge of both histories would', async () => {
    const change = fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      value: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    });
    const history = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(history, history, history, async (before, there, here) => {
        const base = play(new Map(), before.flat()).rows;
        const pair = await template.open();
        try {
          const rows = [...base].map(([id, value]) => statementOf({ id, value }));
          await fork(pair, [TABLE, ...rows]);
          await run(pair, 'primary', there.map(transaction));
          await pair.promote();
          await run(pair, 'standby', here.map(transaction));
          const comparison = await compare(pair);
          // A class of a table that has no such row is told from a typo only by its name.
          const items = ALL.filter(
            (item) =>
              !item.includes(':') || comparison.rows.some((row) => item === `items:${row.class}`),
          );
          const settled = await apply(pair, comparison, items);
          expect(settled.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
          expect(settled.flatMap(({ unit }) => unit.rows)).toHaveLength(comparison.rows.length);
          const found = await read(pair, 'standby', 'SELECT id, value FROM items ORDER BY id');
          const wanted = [...merged(base, there.flat(), here.flat())]
            .toSorted(([a], [b]) => a - b)
            .map(([id, value]) => JSON.stringify({ id, value }));
          expect(found).toEqual(wanted);
          expect((await compare(pair)).rows).toEqual([]);
        } finally {
          await pair.close();
        }
      }),
      { numRuns: 15, seed: 11 },
    );
  }, 180_000);
});
