import { describe, expect, it } from '@jest/globals';
import type { ServiceFacts, WatchFacts } from '../../core/watch.ts';
import { isStillGone, returnRules, watchRules } from '../../core/watch.ts';
import type { Case } from './support.ts';
import { after, dateAfter, outcomes, rowOf, unreached } from './support.ts';

const lock = {
  ...{ plan: 'orders', epoch: 3, incidentId: 'orders-3', status: 'closed' as const },
  ...{ expiresAt: after(1000), promotedAt: after(0) },
};
const unfenced: WatchFacts = {
  lock,
  killSwitch: { readable: true, value: 'running' },
  unreached: ['database'],
  unkept: ['orders'],
  isUnstarted: false,
  now: dateAfter(60),
};
const watched: Case<WatchFacts>[] = [
  ['nothing-promoted', { lock: undefined }],
  ['nothing-promoted', { lock: { ...lock, promotedAt: undefined } }],
  ['acknowledged', { lock: { ...lock, acknowledgedAt: after(1) } }],
  ['acknowledged', { lock: { ...lock, acknowledgedAt: after(1), status: 'open' } }],
  ['run-at-work', { lock: { ...lock, status: 'open' } }],
  ['nothing-left', { unreached: [], unkept: [] }],
  ['unfenced', { unreached: [], unkept: [], isUnstarted: true }],
  ['unfenced', { unreached: [] }],
  ['unfenced', { unkept: [] }],
  ['paused', { killSwitch: { readable: true, value: 'paused' } }],
  ['paused', { killSwitch: { readable: false, reason: 'no answer' } }],
  ['unfenced', {}],
  // An acknowledgement of an earlier promotion says nothing about this one.
  ['unfenced', { lock: { ...lock, acknowledgedAt: after(-1) } }],
  // A run that died holds nothing.
  ['unfenced', { lock: { ...lock, status: 'open' }, now: dateAfter(1001) }],
];
const there: ServiceFacts = { notWriting: [], notThere: [] };
const service: Case<ServiceFacts>[] = [
  ['standby-is-no-writer', { notWriting: ['orders is replica.'] }],
  ['standby-is-no-writer', { notWriting: ['orders is replica.'], notThere: ['x'] }],
  ['traffic-is-elsewhere', { notThere: ['front-door: the DNS says something else.'] }],
  ['service-is-there', {}],
];

describe('watchRules', () => {
  it.each(watched)('%s: %j', (row, change) => {
    expect(rowOf(watchRules, unfenced)(change)).toBe(row);
  });
  it('has a case for each row, with these outcomes', () => {
    expect(unreached(watchRules, watched)).toEqual([]);
    expect(outcomes(watchRules)).toEqual([
      ...['nothing-promoted -> rest', 'acknowledged -> rest', 'run-at-work -> rest'],
      ...['nothing-left -> rest', 'paused -> rest', 'unfenced -> look'],
    ]);
  });
});

describe('returnRules', () => {
  it.each(service)('%s: %j', (row, change) => {
    expect(rowOf(returnRules, there)(change)).toBe(row);
  });
  it('has a case for each row, with these outcomes', () => {
    expect(unreached(returnRules, service)).toEqual([]);
    expect(outcomes(returnRules)).toEqual([
      ...['standby-is-no-writer -> leave', 'traffic-is-elsewhere -> leave'],
      'service-is-there -> fence',
    ]);
  });
});

describe('a Region', () => {
  it.each([
    [true, 'none', 'sg-1 could not be fenced. UnreachableError: no answer'],
    [false, 'none', 'sg-1 could not be fenced. AccessDeniedException: no'],
    [false, 'attempted', 'What is left of sg-1 cannot be read. UnreachableError: no answer'],
    [false, 'confirmed', 'It answered that it could not write.'],
  ] as const)('is still gone: %j, where a fence is %s: %s', (isGone, grade, why) => {
    expect(isStillGone({ id: 'database', grade, isComplete: false, why })).toBe(isGone);
  });
});
