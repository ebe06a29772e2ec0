import { describe, expect, it } from '@jest/globals';
import type { AuthorizationFacts, FenceFacts, FenceGrade } from '../../core/authorization.ts';
import { authorizationRules, bestGrade, fenceRules, heldGrade } from '../../core/authorization.ts';
import type { DataLoss } from '../../core/data-loss.ts';
import { decide } from '../../core/rules.ts';
import type { Case } from './support.ts';
import { outcomes, rowOf, T0, unreached } from './support.ts';

const loss = (boundSeconds: number): DataLoss => ({
  known: true,
  boundSeconds,
  estimateSeconds: boundSeconds,
  sampleAt: T0,
  ageSeconds: 0,
  source: 'test',
});
const ask = { policy: 'ask' } as const;
const refuse = { policy: 'refuse' } as const;
const accept = { policy: 'accept', acceptedBy: 'Ada', because: 'merged by hand' } as const;

describe('authorizationRules', () => {
  const allowed: AuthorizationFacts = {
    verdict: 'confirmed',
    dataLoss: loss(30),
    rpoSeconds: 60,
    authorization: { mode: 'automatic', unfenced: ask },
    killSwitch: { readable: true, value: 'running' },
    coolingDown: false,
    ineligible: [],
    hasFence: true,
    worseSinceApproval: undefined,
  };
  const cases: Case<AuthorizationFacts>[] = [
    ['paused', { killSwitch: { readable: true, value: 'paused' } }],
    ['paused', { killSwitch: { readable: true, value: 'Running' } }],
    ['paused', { killSwitch: { readable: true, value: '' } }],
    ['paused', { killSwitch: { readable: false, reason: 'AccessDenied' } }],
    ['cooling-down', { coolingDown: true }],
    ['replica-ineligible', { ineligible: ['orders: its role is writer'] }],
    ['paused', { worseSinceApproval: [], killSwitch: { readable: true, value: 'paused' } }],
    ['replica-ineligible', { worseSinceApproval: [], ineligible: ['orders: failed'] }],
    ['approval-outdated', { worseSinceApproval: ['the loss grew'] }],
    ['approved', { worseSinceApproval: [], verdict: 'undecided', dataLoss: loss(600) }],
    ['outage-undecided', { verdict: 'undecided' }],
    ['loss-unknown', { dataLoss: { known: false, reason: 'no sample', source: 'test' } }],
    ['loss-above-rpo', { dataLoss: loss(60.001) }],
    ['loss-above-rpo', { dataLoss: loss(Number.NaN) }],
    ['loss-above-rpo', { dataLoss: loss(Number.POSITIVE_INFINITY) }],
    ['no-fence-in-plan', { hasFence: false }],
    [
      'no-fence-in-plan',
      { hasFence: false, authorization: { mode: 'automatic', unfenced: refuse } },
    ],
    ['plan-wants-approval', { authorization: { mode: 'approval', unfenced: ask } }],
    ['automatic', {}],
    ['automatic', { dataLoss: loss(60) }],
    ['automatic', { dataLoss: loss(0), rpoSeconds: 0 }],
    ['automatic', { hasFence: false, authorization: { mode: 'automatic', unfenced: accept } }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(authorizationRules, allowed)(change)).toBe(row);
  });

  it('reaches every row', () => {
    expect(unreached(authorizationRules, cases)).toEqual([]);
  });

  it('keeps its outcomes and their order', () => {
    expect(outcomes(authorizationRules)).toEqual([
      'paused -> refuse',
      'cooling-down -> refuse',
      'replica-ineligible -> refuse',
      'approval-outdated -> ask',
      'approved -> automatic',
      'outage-undecided -> ask',
      'loss-unknown -> ask',
      'loss-above-rpo -> ask',
      'no-fence-in-plan -> ask',
      'plan-wants-approval -> ask',
      'automatic -> automatic',
    ]);
  });

  it('refuses before it asks, whatever else is wrong', () => {
    const everythingWrong: Partial<AuthorizationFacts> = {
      verdict: 'undecided',
      dataLoss: { known: false, reason: 'no sample', source: 'test' },
      hasFence: false,
      ineligible: ['orders: no replica'],
    };
    expect(rowOf(authorizationRules, allowed)(everythingWrong)).toBe('replica-ineligible');
  });

  it('shows the figures', () => {
    expect(decide(authorizationRules, { ...allowed, dataLoss: loss(61) }).why).toBe(
      'More could be lost than the RPO allows. Up to 61 s; the RPO is 60 s.',
    );
    expect(decide(authorizationRules, allowed).why).toContain('At most 30 s of 60 s.');
  });
});

describe('fenceRules', () => {
  const unconfirmed: FenceFacts = {
    grade: 'attempted',
    unfenced: ask,
    approvedByHuman: false,
    isPlanned: false,
  };
  const cases: Case<FenceFacts>[] = [
    ['fence-confirmed', { grade: 'confirmed' }],
    ['fence-confirmed', { grade: 'confirmed', unfenced: refuse }],
    ['fence-confirmed', { grade: 'confirmed', isPlanned: true }],
    ['writes-not-held', { isPlanned: true, unfenced: accept, approvedByHuman: true }],
    ['writes-not-held', { isPlanned: true, grade: 'none' }],
    ['unfenced-refused-by-plan', { unfenced: refuse }],
    ['unfenced-refused-by-plan', { unfenced: refuse, approvedByHuman: true }],
    ['unfenced-accepted-in-plan', { unfenced: accept }],
    ['unfenced-approved', { approvedByHuman: true }],
    ['unfenced-approved', { approvedByHuman: true, grade: 'none' }],
    ['unfenced-ask', {}],
    ['unfenced-ask', { grade: 'none' }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(fenceRules, unconfirmed)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(fenceRules, cases)).toEqual([]);
    expect(outcomes(fenceRules)).toEqual([
      'fence-confirmed -> proceed',
      'writes-not-held -> refuse',
      'unfenced-refused-by-plan -> refuse',
      'unfenced-accepted-in-plan -> proceed',
      'unfenced-approved -> proceed',
      'unfenced-ask -> ask',
    ]);
  });

  it('names who accepted an unfenced primary, and why', () => {
    expect(decide(fenceRules, { ...unconfirmed, unfenced: accept }).why).toContain(
      'By Ada: merged by hand',
    );
  });
});

describe('bestGrade', () => {
  it.each<[FenceGrade, FenceGrade[]]>([
    ['none', []],
    ['none', ['none']],
    ['attempted', ['none', 'attempted']],
    ['confirmed', ['attempted', 'confirmed', 'none']],
  ])('is %s of %j', (best, grades) => {
    expect(bestGrade(grades)).toBe(best);
  });
});

describe('heldGrade', () => {
  const held = { grade: 'confirmed', isComplete: true, isProvable: true } as const;
  const unproved = { ...held, grade: 'attempted', isProvable: false } as const;
  const open = { ...held, grade: 'none', isComplete: false } as const;
  it.each([
    ['none', [open]],
    ['none', []],
    ['attempted', [held, open]],
    ['attempted', [held, { ...held, grade: 'attempted' as const }]],
    ['attempted', [held, { ...unproved, isComplete: false }]],
    ['attempted', [{ ...held, isComplete: false }]],
    ['attempted', [unproved]],
    ['confirmed', [held]],
    ['confirmed', [held, unproved]],
  ])('is %s for %j: where nothing is down, each fence has to hold', (grade, fences) => {
    expect(heldGrade(fences)).toBe(grade);
  });
});
