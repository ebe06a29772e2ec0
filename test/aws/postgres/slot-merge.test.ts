import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RowClass } from '../../../core/reconcile/row-class.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare } from './diverging.ts';
import { FULL, TABLE, transaction, withStory } from './slot-story.ts';

interface Change {
  readonly id: number;
  readonly value: string | undefined;
}
const statementOf = ({ id, value }: Change): string =>
  value === undefined
    ? `DELETE FROM items WHERE id = ${id}`
    : `INSERT INTO items VALUES (${id}, '${value}') ON CONFLICT (id) DO UPDATE SET value = excluded.value`;

type Rows = ReadonlyMap<number, string>;
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

/** A naive three-way merge: it has the base. */
function expected(base: Rows, there: readonly Change[], here: readonly Change[]) {
  const [old, writer] = [play(base, there), play(base, here)];
  const classes = new Map<number, [RowClass, string | null]>();
  for (const id of new Set([...base.keys(), ...old.rows.keys(), ...writer.rows.keys()])) {
    const [from, mine, theirs] = [base.get(id), old.rows.get(id), writer.rows.get(id)];
    if (mine === theirs || !old.touched.has(id)) continue;
    const put = (kind: RowClass) => classes.set(id, [kind, from ?? null]);
    if (from === undefined && mine === undefined) continue;
    if (from === undefined && theirs === undefined) put('lostInsert');
    else if (writer.touched.has(id)) put('conflict');
    else put(mine === undefined ? 'lostDelete' : 'lostUpdate');
  }
  return classes;
}

describeOnPostgres('a slot of the old primary', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('makes every class exact, as a merge that has the base, and applies them', async () => {
    const one = fc.record({
      id: fc.integer({ min: 1, max: 6 }),
      value: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined, freq: 2 }),
    });
    const some = fc.array(one, { minLength: 1, maxLength: 4 });
    const history = fc.array(some, { minLength: 2, maxLength: 6, size: 'max' });
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 6 }), { maxLength: 6, size: 'max' });
    // What only a slot can tell; runs that never come to it would prove nothing.
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(ids, history, history, async (before, there, here) => {
        const base = new Map(before.map((id) => [id, 'o']));
        const rows = [...base].map(([id, value]) => statementOf({ id, value }));
        const story = {
          base: [TABLE, FULL, ...rows],
          there: there.map((each) => transaction(...each.map(statementOf))),
          here: here.flat().map(statementOf),
        };
        await withStory(template, story, async (comparison, pair) => {
          expect(comparison.source.kind).toBe('slot');
          const found = comparison.rows.map(
            (row) => [Number(row.key['id']), [row.class, row.base?.['value'] ?? null]] as const,
          );
          expect(new Map(found)).toEqual(expected(base, there.flat(), here.flat()));
          for (const { class: kind, old, writer } of comparison.rows)
            told.add(`${kind} ${old === null ? 'no ' : ''}row, ${writer === null ? 'no ' : ''}row`);
          const all = ['lostInsert', 'lostUpdate', 'lostDelete'];
          if (found.some(([, [kind]]) => kind === 'conflict')) all.push('items:conflict');
          await apply(pair, comparison, all);
          expect((await compare(pair)).rows).toEqual([]);
        });
      }),
      { numRuns: 12, seed: 7, endOnFailure: true },
    );
    expect([...told].toSorted()).toEqual([
      ...['conflict no row, row', 'conflict row, no row', 'conflict row, row'],
      ...['lostDelete no row, row', 'lostInsert row, no row', 'lostUpdate row, row'],
    ]);
  }, 240_000);
});
