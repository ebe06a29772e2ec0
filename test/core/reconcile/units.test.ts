import { describe, expect, it } from '@jest/globals';
import { unitsOf, withUnits } from '../../../core/reconcile/units.ts';
import { row } from './samples.ts';

const at = (committedAt: string) => ({ transaction: { xid: '9', committedAt } });
const ids = (rows: ReturnType<typeof withUnits>): string[][] =>
  unitsOf(rows).map((unit) => unit.rows.map(({ key }) => key['id'] ?? ''));

describe('units', () => {
  it('are transactions, in the order of their commits, by their time and not their number', () => {
    const rows = [
      row('3', at('2026-10-02T17:00:02.000001Z')),
      row('1', { transaction: { xid: '7', committedAt: '2026-10-02T17:00:01.000000Z' } }),
      row('2', { transaction: { xid: '8', committedAt: '2026-10-02T17:00:01.000000Z' } }),
    ];
    expect(ids(withUnits(rows, []))).toEqual([['1', '2'], ['3']]);
  });

  it('are single rows where no transaction is known, and come last', () => {
    const gone = { transaction: null, old: null, oldPrint: null, writerPrint: '5 5' } as const;
    const rows = [row('1', gone), row('2'), row('3', gone)];
    expect(ids(withUnits(rows, []))).toEqual([['2'], ['1'], ['3']]);
  });

  it('take along what is linked, over any number of links, deletes first', () => {
    const gone = { transaction: null, old: null, oldPrint: null, writerPrint: '5 5' } as const;
    const [a, b, c, d] = [row('1'), row('2', gone), row('3'), row('4')];
    const rows = withUnits(
      [a, b, c, d],
      [
        [a, b],
        [c, b],
      ],
    );
    expect(ids(rows)).toEqual([['2', '1', '3'], ['4']]);
  });

  it('are the same in whatever order the rows and the links come', () => {
    const [a, b, c] = [row('1'), row('2'), row('3')];
    const one = withUnits(
      [a, b, c],
      [
        [a, b],
        [b, c],
      ],
    );
    const other = withUnits(
      [c, b, a],
      [
        [c, a],
        [b, a],
      ],
    );
    expect(new Set(one.map(({ unit }) => unit))).toEqual(new Set(other.map(({ unit }) => unit)));
    expect(new Set(one.map(({ unit }) => unit)).size).toBe(1);
  });

  it('are told apart by any character of a key', () => {
    const gone = { transaction: null, oldPrint: null } as const;
    const rows = [
      row('1', { ...gone, key: { a: '1', b: '2 b=3' } }),
      row('1', { ...gone, key: { a: '1 b=2', b: '3' } }),
    ];
    expect(unitsOf(withUnits(rows, []))).toHaveLength(2);
  });
});
