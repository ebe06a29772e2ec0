import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Lock } from '../../../core/incident.ts';
import { decide } from '../../../core/rules.ts';
import type { OpeningFacts } from '../../../core/switchover/opening.ts';
import { openingRules } from '../../../core/switchover/opening.ts';
import type { Case } from '../support.ts';
import { after, dateAfter, outcomes, rowOf, T0, unreached } from '../support.ts';

/** After a failover to the standby Region which a human has acknowledged. */
const closed: Lock = {
  plan: 'orders',
  epoch: 3,
  incidentId: 'orders-3',
  status: 'closed',
  expiresAt: after(-10),
  promotedAt: after(-7200),
  promotedBy: 'orders-2',
  acknowledgedAt: after(-3600),
};
const home: OpeningFacts = {
  from: 'eu-central-1',
  to: 'eu-west-1',
  lock: closed,
  writer: 'eu-central-1',
  killSwitch: { readable: true, value: 'running' },
  isReconciled: true,
  notWriting: [],
  clientsThere: [],
  now: new Date(T0),
};
const held: Lock = { ...closed, status: 'open', expiresAt: after(0.001) };
const unacknowledged: Lock = { ...closed };
delete unacknowledged.acknowledgedAt;

const cases: Case<OpeningFacts>[] = [
  ['run-at-work', { lock: held }],
  ['run-at-work', { lock: held, killSwitch: { readable: true, value: 'paused' } }],
  ['paused', { killSwitch: { readable: true, value: 'paused' } }],
  ['paused', { killSwitch: { readable: true, value: 'Running' } }],
  ['paused', { killSwitch: { readable: false, reason: 'throttled' } }],
  ['already-there', { writer: 'eu-west-1' }],
  ['already-there', { writer: 'eu-west-1', lock: unacknowledged, isReconciled: false }],
  ['writer-unknown', { writer: undefined }],
  ['writer-unknown', { writer: 'us-east-1' }],
  ['not-acknowledged', { lock: unacknowledged }],
  ['not-acknowledged', { lock: { ...closed, acknowledgedAt: after(-7200.001) } }],
  ['not-acknowledged', { lock: unacknowledged, isReconciled: false }],
  ['reconciliation-open', { isReconciled: false }],
  ['reconciliation-open', { isReconciled: false, notWriting: ['orders is replica.'] }],
  ['source-is-no-writer', { notWriting: ['orders cannot be read.'] }],
  ['source-is-no-writer', { notWriting: ['orders is replica.'], clientsThere: ['a leads there.'] }],
  ['clients-are-there', { clientsThere: ['a leads there.'] }],
  ['open', {}],
  ['open', { lock: undefined }],
  ['open', { lock: { ...held, expiresAt: T0 } }],
  ['open', { lock: { ...closed, acknowledgedAt: after(-7200) } }],
];

describe('openingRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(openingRules, home)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes: only the last one opens', () => {
    expect(unreached(openingRules, cases)).toEqual([]);
    expect(outcomes(openingRules)).toEqual([
      'run-at-work -> decline',
      'paused -> decline',
      'already-there -> decline',
      'writer-unknown -> decline',
      'not-acknowledged -> decline',
      'reconciliation-open -> decline',
      'source-is-no-writer -> decline',
      'clients-are-there -> decline',
      'open -> open',
    ]);
  });

  it('never opens while one thing is not as it should be, whatever the others are', () => {
    const facts: fc.Arbitrary<OpeningFacts> = fc.record({
      from: fc.constant(home.from),
      to: fc.constant(home.to),
      lock: fc.constantFrom(undefined, closed, held, unacknowledged),
      writer: fc.constantFrom(undefined, 'eu-west-1', 'eu-central-1', 'us-east-1'),
      killSwitch: fc.constantFrom(
        { readable: true as const, value: 'running' },
        { readable: true as const, value: 'paused' },
        { readable: false as const, reason: 'denied' },
      ),
      isReconciled: fc.boolean(),
      notWriting: fc.constantFrom([], ['orders is replica.']),
      clientsThere: fc.constantFrom([], ['a leads there.']),
      now: fc.constantFrom(dateAfter(-1), dateAfter(0), dateAfter(1)),
    });
    const property = fc.property(facts, (given) => {
      fc.pre(decide(openingRules, given).outcome === 'open');
      expect(given).toMatchObject({ writer: given.from, isReconciled: true });
      expect([given.notWriting, given.clientsThere]).toEqual([[], []]);
      expect(given.killSwitch).toEqual({ readable: true, value: 'running' });
      expect([
        given.lock === unacknowledged,
        given.lock === held && given.now < dateAfter(0),
      ]).toEqual([false, false]);
    });
    fc.assert(property, { numRuns: 200, maxSkipsPerRun: 2000 });
  });

  it.each<[Partial<OpeningFacts>, string]>([
    [{ lock: held }, 'orders-3'],
    [{ killSwitch: { readable: true, value: 'paused' } }, 'It says "paused".'],
    [{ killSwitch: { readable: false, reason: 'throttled' } }, 'Unreadable: throttled.'],
    [{ writer: 'eu-west-1' }, 'eu-west-1'],
    [{ writer: undefined }, 'Expected eu-central-1; the table says nothing.'],
    [{ lock: unacknowledged }, 'failover acknowledge PLAN. orders-2'],
    [{ isReconciled: false }, 'failover reconcile PLAN, if the plan has a section reconciliation'],
    [{ isReconciled: false }, 'failover reconciled PLAN --report DIR --reason TEXT. orders-2'],
    [{ notWriting: ['a is replica.', 'b cannot be read.'] }, 'a is replica. b cannot be read.'],
    [{ clientsThere: ['a leads there.'] }, 'a leads there. If nobody moved them by hand'],
    [{}, 'From eu-central-1 to eu-west-1.'],
  ])('says what it found: %j', (change, words) => {
    expect(decide(openingRules, { ...home, ...change }).why).toContain(words);
  });
});
