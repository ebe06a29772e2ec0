import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../core/rules.ts';
import type { CatchUpFacts, ReadinessFacts } from '../../../core/switchover/catch-up.ts';
import {
  catchUpRules,
  CLOSE_ENOUGH_BYTES,
  readinessRules,
} from '../../../core/switchover/catch-up.ts';
import type { Case } from '../support.ts';
import { dateAfter, outcomes, rowOf, T0, unreached } from '../support.ts';

const known = (bytes: number) => ({ known: true as const, bytes });
const unknown = { known: false as const, reason: 'It receives nothing.' };
const timed = { startedAt: T0, deadlineSeconds: 60, now: dateAfter(10) };

describe('readinessRules', () => {
  const far: ReadinessFacts = {
    ...timed,
    distance: known(CLOSE_ENOUGH_BYTES + 1),
    ineligibleBecause: undefined,
    subscriptions: 0,
  };
  const cases: Case<ReadinessFacts>[] = [
    ['deadline-passed', { now: dateAfter(60.001) }],
    ['deadline-passed', { now: dateAfter(61), distance: known(0), ineligibleBecause: 'busy' }],
    ['deadline-passed', { now: dateAfter(61), distance: unknown }],
    ['not-now', { distance: known(0), ineligibleBecause: 'A backup is running.' }],
    ['not-now', { ineligibleBecause: '' }],
    ['behind', {}],
    ['behind', { now: dateAfter(60) }],
    ['behind', { distance: unknown }],
    ['ready', { distance: known(CLOSE_ENOUGH_BYTES) }],
    ['ready', { distance: known(-100) }],
    ['ready', { distance: known(0), now: dateAfter(99_999) }],
    ['subscriptions', { subscriptions: 1, distance: known(0) }],
    ['subscriptions', { subscriptions: 2, now: dateAfter(61) }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(readinessRules, far)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(readinessRules, cases)).toEqual([]);
    expect(outcomes(readinessRules)).toEqual([
      'subscriptions -> failed',
      'ready -> ready',
      'deadline-passed -> failed',
      'not-now -> wait',
      'behind -> wait',
    ]);
  });

  it('says what it found', () => {
    const why = (change: Partial<ReadinessFacts>) =>
      decide(readinessRules, { ...far, ...change }).why;
    expect(why({ distance: known(7) })).toContain('7 bytes behind.');
    expect(why({ distance: unknown })).toContain('It receives nothing.');
    expect(why({ ineligibleBecause: 'busy' })).toContain('busy');
    expect(why({ now: dateAfter(61), distance: unknown, ineligibleBecause: 'busy' })).toContain(
      'Writes were never held. 60 s passed. It receives nothing. busy',
    );
  });
});

describe('catchUpRules', () => {
  const waiting: CatchUpFacts = {
    ...timed,
    ...{ others: 0, prepared: 0, subscriptions: 0 },
    distance: known(1),
  };
  const cases: Case<CatchUpFacts>[] = [
    ['deadline-passed', { now: dateAfter(60.001) }],
    ['deadline-passed', { now: dateAfter(61), others: 1, distance: known(0) }],
    ['deadline-passed', { now: dateAfter(61), prepared: 1, distance: known(0) }],
    ['deadline-passed', { now: dateAfter(61), distance: undefined }],
    ['others', { others: 1 }],
    ['others', { others: 2, prepared: 1, distance: known(-1) }],
    ['prepared', { prepared: 1, distance: known(0) }],
    ['behind', {}],
    ['behind', { now: dateAfter(60) }],
    ['behind', { distance: undefined }],
    ['behind', { distance: unknown }],
    ['reached', { distance: known(0) }],
    ['reached', { distance: known(-50), now: dateAfter(99_999) }],
    ['subscriptions', { subscriptions: 1, distance: known(0) }],
    ['subscriptions', { subscriptions: 2, others: 1, now: dateAfter(61) }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(catchUpRules, waiting)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(catchUpRules, cases)).toEqual([]);
    expect(outcomes(catchUpRules)).toEqual([
      'subscriptions -> failed',
      'reached -> reached',
      'deadline-passed -> failed',
      'others -> wait',
      'prepared -> wait',
      'behind -> wait',
    ]);
  });

  it('says what it found', () => {
    const why = (change: Partial<CatchUpFacts>) =>
      decide(catchUpRules, { ...waiting, ...change }).why;
    expect(why({ others: 3 })).toContain('3 sessions.');
    expect(why({ prepared: 2 })).toContain('2 of them.');
    expect(why({ subscriptions: 3 })).toContain('disable it first. 3 of them.');
    expect(why({})).toContain('1 bytes behind.');
    expect(why({ now: dateAfter(61), others: 3, prepared: 2 })).toContain(
      '60 s passed; 3 sessions were there just now, and 2 prepared transactions. 1 bytes behind.',
    );
  });
});
