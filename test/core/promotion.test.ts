import { describe, expect, it } from '@jest/globals';
import type { PromotionFacts } from '../../core/promotion.ts';
import { promotionRules } from '../../core/promotion.ts';
import { decide } from '../../core/rules.ts';
import type { Case } from './support.ts';
import { after, dateAfter, outcomes, rowOf, T0, unreached } from './support.ts';

const replica: PromotionFacts = {
  role: 'replica',
  status: 'available',
  ineligibleBecause: undefined,
  requestedAt: undefined,
  startedAt: T0,
  deadlineSeconds: 1800,
  now: dateAfter(10),
  lookedAgain: undefined,
  proof: 'not needed',
};

const cases: Case<PromotionFacts>[] = [
  ['is-writer', { role: 'writer' }],
  ['is-writer', { role: 'writer', now: dateAfter(99_999) }],
  ['is-unusable', { role: 'unusable', status: 'failed' }],
  ['is-unusable', { role: 'unusable', now: dateAfter(99_999) }],
  ['deadline-passed', { now: dateAfter(1800.001) }],
  ['deadline-passed', { role: 'changing', now: dateAfter(1801) }],
  ['is-changing', { role: 'changing', status: 'modifying' }],
  ['is-changing', { role: 'changing', now: dateAfter(1800) }],
  ['not-now', { ineligibleBecause: 'backing-up' }],
  ['not-now', { ineligibleBecause: 'backing-up', requestedAt: T0 }],
  ['request-not-visible-yet', { requestedAt: T0 }],
  ['request-not-visible-yet', { requestedAt: T0, now: dateAfter(119.999) }],
  ['primary-seen-alive', { lookedAgain: 'up' }],
  ['cannot-see', { lookedAgain: 'unknown' }],
  ['not-proved', { proof: 'missing or old' }],
  ['request', { proof: 'fresh' }],
  // The proof was fresh when it was asked, and nobody may take the fence away since.
  ['request', { proof: 'missing or old', requestedAt: T0, now: dateAfter(120) }],
  ['request-not-visible-yet', { proof: 'missing or old', requestedAt: T0 }],
  ['is-writer', { role: 'writer', proof: 'missing or old' }],
  ['request', { lookedAgain: 'down' }],
  ['request', {}],
  ['request', { requestedAt: T0, now: dateAfter(120) }],
  ['request', { requestedAt: after(-500) }],
];

describe('promotionRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(promotionRules, replica)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(promotionRules, cases)).toEqual([]);
    expect(outcomes(promotionRules)).toEqual([
      'is-writer -> promoted',
      'is-unusable -> failed',
      'deadline-passed -> failed',
      'is-changing -> wait',
      'not-now -> wait',
      'request-not-visible-yet -> wait',
      'primary-seen-alive -> refused',
      'cannot-see -> wait',
      'not-proved -> refused',
      'request -> request',
    ]);
  });

  it('says what it found', () => {
    expect(
      decide(promotionRules, { ...replica, role: 'unusable', status: 'failed' }).why,
    ).toContain('Status: failed.');
    expect(decide(promotionRules, { ...replica, now: dateAfter(1801) }).why).toContain(
      '1800 s passed; status: available.',
    );
    expect(decide(promotionRules, { ...replica, ineligibleBecause: 'backing-up' }).why).toContain(
      'backing-up',
    );
  });
});
