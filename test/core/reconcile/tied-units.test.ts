import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { withUnits } from '../../../core/reconcile/units.ts';
import type { Transaction } from '../../../core/reconcile/units.ts';

const tx = (number: number): Transaction => ({
  ...{ xid: `${number}`, committedAt: `2026-11-26T10:00:0${number}.000000Z` },
});
const row = (id: number, by: Transaction): RowReport => ({
  ...{ schema: 'public', name: 'items', key: { id: `${id}` }, class: 'lostInsert', why: '' },
  ...{ transaction: by, old: {}, writer: null, base: null, oldPrint: '', writerPrint: null },
  ...{ unit: '', obstacles: [] },
});

/** The unit of each row; a row is told by the transactions that wrote it, the last one last. */
const unitsFor = (writers: readonly (readonly number[])[]): string[] => {
  const rows = writers.map((own, at) => [row(at, tx(own.at(-1) ?? 0)), own.map(tx)] as const);
  const all = rows.map(([each]) => each);
  return withUnits(all, [], new Map(rows)).map(({ unit }) => unit);
};

describe('units, where a slot tells what wrote each row,', () => {
  it('are the transactions, where nothing ties them together', () => {
    expect(unitsFor([[2], [1], [2]])).toEqual(
      [2, 1, 2].map((at) => `transaction at ${tx(at).committedAt}`),
    );
  });

  it('tie transactions that wrote the same row, also one that no row is left of', () => {
    const [one, two, three, four] = unitsFor([[1, 2], [3, 1, 4], [4], [5]]);
    expect([two, three]).toEqual([one, one]);
    expect(four).not.toBe(one);
    const [first, second] = unitsFor([
      [7, 1],
      [7, 2],
    ]);
    expect(first).toBe(second);
  });

  it('are those that a walk over the rows finds, in whatever order the rows come', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(numbers, { maxLength: 8 }), (rows) => {
        const units = unitsFor(rows);
        expect(unitsFor(rows.toReversed()).toReversed()).toEqual(units);
        rows.forEach((from, at) => {
          const reached = new Set(from);
          for (let turn = 0; turn < 10; turn += 1)
            for (const each of rows)
              if (each.some((one) => reached.has(one))) each.forEach((one) => reached.add(one));
          rows.forEach((to, other) => {
            expect(units[other] === units[at]).toBe(to.some((one) => reached.has(one)));
          });
        });
      }),
    );
  });
});
