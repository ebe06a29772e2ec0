import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../core/rules.ts';
import type { AccountFacts } from '../../../core/switchover/account.ts';
import { accountRules } from '../../../core/switchover/account.ts';
import type { Case } from '../support.ts';
import { after, outcomes, rowOf, T0, unreached } from '../support.ts';

const accounted: AccountFacts = {
  databases: ['shop'],
  planned: ['shop'],
  expected: 1,
  comparedAt: T0,
  promotedAt: after(-100),
  unreached: [],
  fencedByHand: undefined,
  fencedAt: after(-50),
};
const byHand = { unreached: ['database'], fencedAt: undefined, fencedByHand: 'stopped' } as const;

const cases: Case<AccountFacts>[] = [
  ['other-database', { databases: ['users'] }],
  ['other-database', { databases: ['shop', 'users'] }],
  ['other-database', { ...byHand, databases: ['users'] }],
  ['database-missing', { planned: ['users', 'shop'] }],
  ['database-missing', { planned: ['shop', 'shop'] }],
  ['database-missing', { ...byHand, databases: [] }],
  ['too-few-databases', { planned: [], expected: 2 }],
  ['too-few-databases', { planned: ['shop'], expected: 2 }],
  ['not-fenced', { unreached: ['database'], fencedAt: undefined }],
  ['fenced-anyway', { fencedByHand: 'stopped' }],
  ['before-the-promotion', { promotedAt: after(0.001) }],
  ['before-the-promotion', { ...byHand, promotedAt: after(0.001) }],
  ['before-the-fence', { fencedAt: after(0.001) }],
  ['attested', byHand],
  ['fenced', {}],
  ['fenced', { promotedAt: T0, fencedAt: T0 }],
  ['fenced', { planned: [] }],
  ['fenced', { planned: [], expected: 2, databases: ['shop', 'users'] }],
  ['fenced', { planned: ['users', 'shop'], databases: ['shop', 'users'] }],
  ['fenced', { planned: ['shop', 'shop'], databases: ['shop', 'shop'] }],
  ['fenced', { fencedAt: undefined }],
];

describe('accountRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(accountRules, accounted)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(accountRules, cases)).toEqual([]);
    expect(outcomes(accountRules)).toEqual([
      'other-database -> refuse',
      'database-missing -> refuse',
      'too-few-databases -> refuse',
      'not-fenced -> refuse',
      'fenced-anyway -> refuse',
      'before-the-promotion -> refuse',
      'before-the-fence -> refuse',
      'attested -> close',
      'fenced -> close',
    ]);
  });

  it.each<[Partial<AccountFacts>, string]>([
    [{ databases: ['users'] }, 'Found users; expected shop.'],
    [{ planned: ['shop', 'users', 'logs'] }, 'Missing: users, logs.'],
    [{ planned: [], expected: 2 }, 'Found 1 report; the plan of the failover has 2 databases.'],
    [{ unreached: ['a', 'b'] }, 'It is not fenced by a, b.'],
    [byHand, 'stopped'],
  ])('says what it found: %j', (change, words) => {
    expect(decide(accountRules, { ...accounted, ...change }).why).toContain(words);
  });
});
