import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lock } from '../../../core/incident.ts';
import type { ReconcileFacts } from '../../../core/reconcile/opening.ts';
import { reconcileRules } from '../../../core/reconcile/opening.ts';
import type { Decision } from '../../../core/rules.ts';
import { decide } from '../../../core/rules.ts';
import type { Case } from '../support.ts';
import { after, outcomes, rowOf, T0, unreached } from '../support.ts';

/** After a failover whose run is over. */
const closed: Lock = {
  ...{ plan: 'orders', epoch: 3, incidentId: 'orders-3', status: 'closed' },
  ...{ expiresAt: after(-10), promotedAt: after(-7200), promotedBy: 'orders-2' },
};
const held: Lock = { ...closed, status: 'open', expiresAt: after(0.001) };
const never: Lock = { ...closed };
delete never.promotedAt;
const fence: Decision<'fence'> = { outcome: 'fence', ruleId: 'service-is-there', why: 'There.' };
const leave: Decision<'leave'> = {
  ...{ outcome: 'leave', ruleId: 'traffic-is-elsewhere', why: 'The DNS says something else.' },
};
const paused = { readable: true, value: 'paused' } as const;
const ready: ReconcileFacts = {
  lock: closed,
  killSwitch: { readable: true, value: 'running' },
  isWanted: true,
  promotion: 'failover',
  changed: [],
  isReconciled: false,
  service: fence,
  now: new Date(T0),
};

const cases: Case<ReconcileFacts>[] = [
  ['run-at-work', { lock: held }],
  ['run-at-work', { lock: held, killSwitch: paused }],
  ['paused', { killSwitch: paused }],
  ['paused', { killSwitch: { readable: true, value: '' } }],
  ['paused', { killSwitch: { readable: false, reason: 'throttled' } }],
  ['paused', { killSwitch: paused, isWanted: false }],
  ['not-in-the-plan', { isWanted: false }],
  ['nothing-promoted', { lock: undefined, promotion: undefined }],
  ['nothing-promoted', { lock: never }],
  ['promotion-unknown', { promotion: undefined }],
  ['nothing-left-behind', { promotion: 'switchover' }],
  ['nothing-left-behind', { promotion: 'switchover', isReconciled: true }],
  ['already-reconciled', { isReconciled: true }],
  ['already-reconciled', { isReconciled: true, service: leave }],
  ['plan-changed', { changed: ['Found a.'] }],
  ['service-is-elsewhere', { service: leave }],
  ['service-is-elsewhere', { service: undefined }],
  ['open', {}],
  // A run that died holds nothing.
  ['open', { lock: { ...held, expiresAt: T0 } }],
];

describe('reconcileRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(reconcileRules, ready)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes: only the last one opens', () => {
    expect(unreached(reconcileRules, cases)).toEqual([]);
    expect(outcomes(reconcileRules)).toEqual([
      'run-at-work -> decline',
      'paused -> decline',
      'not-in-the-plan -> decline',
      'nothing-promoted -> decline',
      'promotion-unknown -> decline',
      'nothing-left-behind -> decline',
      'already-reconciled -> decline',
      'plan-changed -> decline',
      'service-is-elsewhere -> decline',
      'open -> open',
    ]);
  });

  it('never opens while one thing is not as it should be, whatever the others are', () => {
    const facts: fc.Arbitrary<ReconcileFacts> = fc.record({
      lock: fc.constantFrom(undefined, closed, held, never),
      killSwitch: fc.constantFrom(ready.killSwitch, paused),
      isWanted: fc.boolean(),
      promotion: fc.constantFrom(undefined, 'failover' as const, 'switchover' as const),
      changed: fc.constantFrom([], ['Found a.']),
      isReconciled: fc.boolean(),
      service: fc.constantFrom(undefined, fence, leave),
      now: fc.constant(ready.now),
    });
    const property = fc.property(facts, (given) => {
      const { outcome } = decide(reconcileRules, given);
      expect(outcome).toBe(JSON.stringify(given) === JSON.stringify(ready) ? 'open' : 'decline');
    });
    fc.assert(property, { numRuns: 2000 });
  });

  it.each<[Partial<ReconcileFacts>, string]>([
    [{ lock: held }, 'orders-3'],
    [{ killSwitch: paused }, 'It says "paused".'],
    [{ killSwitch: { readable: false, reason: 'throttled' } }, 'Unreadable: throttled.'],
    [{ promotion: undefined }, 'orders-2'],
    [{ changed: ['Found a.', 'Expected b.'] }, 'Found a. Expected b.'],
    [{ service: leave }, 'The DNS says something else.'],
    [{ service: undefined }, 'It was not looked at.'],
  ])('says what it found: %j', (change, words) => {
    expect(decide(reconcileRules, { ...ready, ...change }).why).toContain(words);
  });
});
