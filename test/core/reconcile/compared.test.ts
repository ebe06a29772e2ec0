import { describe, expect, it } from '@jest/globals';
import type { DivergenceFacts } from '../../../core/reconcile/compared.ts';
import {
  Compared,
  comparedWords,
  divergenceOf,
  divergenceRules,
  totalOf,
} from '../../../core/reconcile/compared.ts';
import { noCounts } from '../../../core/reconcile/comparison.ts';
import { decide } from '../../../core/rules.ts';
import type { Case } from '../support.ts';
import { outcomes, rowOf, unreached } from '../support.ts';
import { comparedOf, missing } from './compared-samples.ts';

const some: DivergenceFacts = { rows: 3, applicable: 2, leftOut: 0 };
const cases: Case<DivergenceFacts>[] = [
  ['nothing-missing', { rows: 0, applicable: 0 }],
  ['nothing-to-apply', { applicable: 0 }],
  // What was not compared is not known to be there.
  ['nothing-to-apply', { rows: 0, applicable: 0, leftOut: 1 }],
  ['applicable', {}],
  ['applicable', { leftOut: 1 }],
];

describe('divergenceRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(divergenceRules, some)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(divergenceRules, cases)).toEqual([]);
    expect(outcomes(divergenceRules)).toEqual([
      ...['nothing-missing -> none', 'nothing-to-apply -> people', 'applicable -> ask'],
    ]);
  });

  it('asks while one of several databases has something to apply, and counts all', () => {
    const all = [comparedOf(), missing({ id: 'users', leftOut: ['a: no key (1 rows)'] })];
    expect(divergenceOf(all)).toEqual({ rows: 3, applicable: 2, leftOut: 1 });
    expect(decide(divergenceRules, divergenceOf(all)).why).toContain('2 of 3 rows.');
  });
});

describe('what a comparison came to', () => {
  it('is read with what later versions add, and refused without what is needed', () => {
    expect(Compared.parse({ ...missing(), more: 1 })).toEqual(missing());
    expect(Compared.safeParse({ ...missing(), rowsDigest: undefined }).success).toBe(false);
    expect(Compared.safeParse({ ...missing(), rows: -0.5 }).success).toBe(false);
  });

  it('adds up over tables', () => {
    const counts = [
      { ...noCounts, lostInsert: 2, unclear: 1 },
      { ...noCounts, lostInsert: 1, changedHere: 5 },
    ];
    const tables = counts.map((each, at) => ({ table: `t${at}`, counts: each }));
    expect(totalOf({ tables })).toEqual({
      ...{ ...noCounts, lostInsert: 3, unclear: 1, changedHere: 5 },
    });
  });

  it.each([
    [comparedOf(), 'orders: no row is missing.'],
    [missing(), 'orders: 2 inserted on the old primary only, 1 changed on both sides.'],
    [
      comparedOf({ leftOut: ['logs: no key (7 rows)'] }),
      'orders: no row is missing. Not compared: logs: no key (7 rows)',
    ],
  ])('is told: %#', (compared, words) => {
    expect(comparedWords(compared)).toBe(words);
  });
});
