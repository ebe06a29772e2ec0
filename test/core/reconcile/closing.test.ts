import { describe, expect, it } from '@jest/globals';
import type { ReconcileParts } from '../../../core/reconcile/closing.ts';
import {
  accountOf,
  closingRules,
  failureOf,
  lastCompared,
  reconcileLines,
  ReconcileParts as Parts,
} from '../../../core/reconcile/closing.ts';
import { decide } from '../../../core/rules.ts';
import type { Case } from '../support.ts';
import { after, outcomes, rowOf, unreached } from '../support.ts';
import { allWell, applied, comparedOf, missing } from './compared-samples.ts';

const failure = { error: 'UnreachableError', why: 'Nobody answers.' };
const judged = { outcome: 'rejected', why: 'Ada: no.', approval: null };
const notAsked: Partial<ReconcileParts> = { judged: null, applied: [], after: [] };
const cases: Case<ReconcileParts>[] = [
  ['failed', { failure }],
  ['failed', { failure: { error: 'States.Timeout' } }],
  // What was compared before is not what is there after something was applied.
  ['failed', { failure, before: [comparedOf()], after: [] }],
  ['failed', { failure, judged }],
  ['failed', { problems: [{ id: 'users', problem: failure }] }],
  ['rejected', { judged, applied: [], after: [] }],
  ['not-approved', { judged: { ...judged, outcome: 'expired' }, applied: [], after: [] }],
  ['not-approved', { judged: { ...judged, outcome: 'ask' }, applied: [], after: [] }],
  ['not-compared', { ...notAsked, before: [] }],
  ['accounted-for', {}],
  ['accounted-for', { ...notAsked, before: [comparedOf()] }],
  ['rows-left', { after: [missing()] }],
  ['rows-left', { ...notAsked }],
  // One of several databases, and things that nobody compared.
  ['rows-left', { after: [comparedOf(), missing({ id: 'users' })] }],
  ['rows-left', { after: [comparedOf({ leftOut: ['logs: no key (0 rows)'] })] }],
  ['rows-left', { ...notAsked, before: [comparedOf({ leftOut: ['logs: no key'] })] }],
];

describe('closingRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(closingRules, allWell)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes: one row closes the account', () => {
    expect(unreached(closingRules, cases)).toEqual([]);
    expect(outcomes(closingRules)).toEqual([
      'failed -> failed',
      'rejected -> rejected',
      'not-approved -> expired',
      'not-compared -> failed',
      'accounted-for -> reconciled',
      'rows-left -> unreconciled',
    ]);
  });

  it.each<[Partial<ReconcileParts>, string]>([
    [{ failure }, 'It could not go on: UnreachableError: Nobody answers.'],
    [{ failure: { error: 'States.Timeout' } }, 'States.Timeout: no cause was given.'],
    [{ judged }, 'as somebody decided. Ada: no.'],
    [{ after: [missing()] }, 'orders: 2 inserted on the old primary only'],
  ])('says what it found: %j', (change, words) => {
    expect(decide(closingRules, { ...allWell, ...change }).why).toContain(words);
  });

  it('go by the newest comparison of each database', () => {
    expect(lastCompared(allWell)).toEqual(allWell.after);
    expect(lastCompared({ ...allWell, after: [] })).toEqual(allWell.before);
    const users = missing({ id: 'users' });
    const both = lastCompared({ ...allWell, before: [missing(), users] });
    expect(both).toEqual([...allWell.after, users]);
  });
});

describe('the account', () => {
  it('is as old as the oldest comparison, and changes with each of them', () => {
    const both = [comparedOf({ comparedAt: after(9) }), comparedOf({ id: 'users' })];
    const { comparedAt, rowsDigest, origins } = accountOf(both);
    expect(comparedAt).toBe(after(9));
    expect(origins).toEqual(both.map(({ origin }) => origin));
    const other = [both[0], comparedOf({ id: 'users', rowsDigest: 'b'.repeat(64) })];
    expect(accountOf(other.flatMap((each) => each ?? [])).rowsDigest).not.toBe(rowsDigest);
  });
});

describe('the lines of an ending', () => {
  it('tell what was found, who approved, what was applied, and what is the same now', () => {
    expect(reconcileLines('Why.', allWell, ['Rest.'])).toEqual([
      'Why.',
      'Found: orders: 2 inserted on the old primary only, 1 changed on both sides.',
      'Approved by Ada.',
      'Applied: orders: 2 rows; 0 refused, 1 not approved.',
      'Compared again: orders: no row is missing.',
      'Report of orders: s3://reports/after/',
      'Left to do: Rest.',
    ]);
  });

  it('name why rows were refused', () => {
    const refused = { ...applied, refused: 1, reasons: ['unit 7: number is taken.'] };
    expect(reconcileLines('Why.', { ...allWell, applied: [refused] }, [])).toContain(
      'Refused: orders: unit 7: number is taken.',
    );
  });

  it('say that rows may have been applied where that state never answered', () => {
    const lines = reconcileLines('Why.', { ...allWell, applied: [], after: [], failure }, []);
    expect(lines.join('\n')).toContain('Rows may have been applied');
    expect(reconcileLines('Why.', allWell, []).join('\n')).not.toContain('may have been');
    const asked = { ...allWell, ...notAsked, failure };
    expect(reconcileLines('Why.', asked, []).join('\n')).not.toContain('may have been');
  });
});

describe('what one of several databases met', () => {
  const problem = { error: 'UnreachableError', why: 'Nobody answers.' };
  it('is a failure of the whole run, with the name of each of them', () => {
    expect(failureOf(allWell)).toBeNull();
    const one = { id: 'users', problem };
    expect(failureOf({ problems: [one], failure: null })).toEqual({
      ...problem,
      why: 'users: Nobody answers.',
    });
    expect(failureOf({ problems: [one, { ...one, id: 'bills' }], failure: null })?.why).toBe(
      'users: UnreachableError: Nobody answers. bills: UnreachableError: Nobody answers.',
    );
  });

  it('gives way to a failure of the run itself', () => {
    const ours = { error: 'States.Timeout' };
    expect(failureOf({ problems: [{ id: 'users', problem }], failure: ours })).toBe(ours);
  });

  it('leaves the others in the lines: what was found, what was applied, and where', () => {
    const users = missing({ id: 'users', report: 's3://reports/users/' });
    const problems = [{ id: 'users', problem }];
    const parts = { ...allWell, before: [missing(), users], problems, failure: problem };
    const lines = reconcileLines('Why.', parts, []).join('\n');
    expect(lines).toContain('Applied: orders: 2 rows');
    expect(lines).toContain('Rows may have been applied');
    expect(lines).toContain('Report of orders: s3://reports/after/');
    expect(lines).toContain('Report of users: s3://reports/users/');
  });
});

describe('what the states hand over', () => {
  it('is read as far as the run came, and refused where it is not what they say', () => {
    expect(Parts.parse({ ...allWell, more: 1 })).toEqual(allWell);
    const early = {
      fenced: null,
      preserved: null,
      before: [],
      divergence: null,
      ...notAsked,
      problems: [],
    };
    expect(Parts.parse({ ...early, failure })).toEqual({ ...early, failure });
    expect(Parts.safeParse({ ...allWell, after: null }).success).toBe(false);
    expect(Parts.safeParse({ ...allWell, applied: [{ id: 'orders' }] }).success).toBe(false);
  });
});
