import { describe, expect, it } from '@jest/globals';
import type { ReconcileParts } from '../../../core/reconcile/closing.ts';
import {
  accountOf,
  closingRules,
  failureOf,
  lastCompared,
  reconcileLines,
  ReconcileParts as Parts,
  whatIsLeft,
} from '../../../core/reconcile/closing.ts';
import { decide } from '../../../core/rules.ts';
import type { Case } from '../support.ts';
import { after, outcomes, rowOf, unreached } from '../support.ts';
import { noCounts } from '../../../core/reconcile/comparison.ts';
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

describe('what is left to do', () => {
  const stack = { plan: 'orders', stackOptions: '--region r --stack s' };
  it('is nothing once all is accounted for', () => {
    expect(whatIsLeft('reconciled', allWell, stack)).toEqual([]);
  });

  it('is to mend it and start again where it failed', () => {
    expect(whatIsLeft('failed', { ...allWell, failure }, stack)).toEqual([
      expect.stringContaining('npx failover reconcile orders --reason "..." --region r --stack s'),
    ]);
  });

  it.each<[Partial<ReconcileParts>, boolean]>([
    [{ failure: { error: 'States.Timeout' }, ...notAsked, before: [] }, true],
    [{ failure: { error: 'Sandbox.Timedout' }, after: [] }, true],
    [{ failure: { error: 'Runtime.OutOfMemory' }, ...notAsked, before: [] }, true],
    [
      { failure: { error: 'Error', why: '7 Task timed out after 900.00 seconds' }, after: [] },
      true,
    ],
    [{ failure, ...notAsked, before: [] }, false],
    // Something else than the comparison took too long.
    [{ failure: { error: 'States.Timeout' }, preserved: null, ...notAsked, before: [] }, false],
    [{ failure: { error: 'States.Timeout' }, applied: [], after: [] }, false],
    [{ failure: { error: 'States.Timeout' } }, false],
  ])('is the command, where a comparison was too much for a function: %j', (change, isNamed) => {
    const words = whatIsLeft('failed', { ...allWell, ...change }, stack).join('\n');
    expect(words.includes('npx failover compare --old URL --writer URL --report')).toBe(isNamed);
  });

  it.each(['unreconciled', 'rejected', 'expired'] as const)('is up to people: %s', (end) => {
    const [first, second] = [missing(), missing({ id: 'users', report: 's3://reports/users/' })];
    expect(whatIsLeft(end, { ...allWell, after: [first, second] }, stack)).toEqual([
      `Fetch the report of orders: aws s3 cp --recursive ${first.report} report-orders`,
      'Apply what you decide of it: npx failover apply report-orders --writer URL ' +
        '--approve lostInsert,TABLE:conflict --by NAME',
      'Fetch the report of users: aws s3 cp --recursive s3://reports/users/ report-users',
      'Apply what you decide of it: npx failover apply report-users --writer URL ' +
        '--approve lostInsert,TABLE:conflict --by NAME',
      'Then have it compared again: npx failover reconcile orders --reason "..." --region r --stack s',
      'Or, if nothing more is to be applied, say that what is left stays behind: npx failover ' +
        'reconciled orders --report report-orders --report report-users --left 6 --reason "..." ' +
        '--region r --stack s',
    ]);
  });

  it('wants a table where the writer gives up its version, and no row unclear in the end', () => {
    const counts = { ...noCounts, lostDelete: 1, unclear: 2 };
    const words = whatIsLeft('unreconciled', { ...allWell, after: [missing({ counts })] }, stack);
    expect(words[1]).toContain('--writer URL --approve lostDelete,TABLE:unclear --by NAME');
    expect(words.at(-1)).toMatch(/and no row is unclear any more, .* --left N --reason/);
  });

  it('applies nothing where nothing but what was not compared is left', () => {
    const after = [comparedOf({ leftOut: ['logs: no key (7 rows)'] })];
    const words = whatIsLeft('unreconciled', { ...allWell, after }, stack).join('\n');
    expect(words).not.toContain('failover apply');
    expect(words).toContain('Look by hand at what could not be compared of orders');
    expect(words).toContain('--report report-orders --left N --reason');
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
