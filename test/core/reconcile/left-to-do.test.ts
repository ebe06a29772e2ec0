import { describe, expect, it } from '@jest/globals';
import type { ReconcileParts } from '../../../core/reconcile/closing.ts';
import { noCounts } from '../../../core/reconcile/comparison.ts';
import { whatIsLeft } from '../../../core/reconcile/left-to-do.ts';
import { allWell, comparedOf, missing } from './compared-samples.ts';

const failure = { error: 'UnreachableError', why: 'Nobody answers.' };
const slow = { error: 'States.Timeout', why: 'It took too long.' };
const notAsked: Partial<ReconcileParts> = { judged: null, applied: [], after: [] };

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
    [{ problems: [{ id: 'users', problem: slow }], ...notAsked }, true],
    [{ problems: [{ id: 'orders', problem: slow }], after: [] }, true],
    [{ problems: [{ id: 'users', problem: slow }], after: [] }, false],
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

  it('is no account while the old primary does not stand still', () => {
    const words = whatIsLeft(
      'unreconciled',
      { ...allWell, after: [missing(), missing({ id: 'users', isStill: false })] },
      stack,
    );
    expect(words.join()).not.toContain('failover reconciled');
    expect(words.at(-1)).toBe(
      'Bring the old primary to rest, and have it compared again: npx failover reconcile orders ' +
        '--reason "..." --region r --stack s',
    );
  });

  it('is to delete pages on which the mask hid nothing, in any database', () => {
    const strangers = ['orders.mial', 'users.mail'];
    const before = [
      missing({ strangers }),
      missing({ id: 'users', strangers: ['orders.mial'], report: 's3://reports/users/' }),
    ];
    const [, words] = whatIsLeft('failed', { ...allWell, ...notAsked, failure, before }, stack);
    expect(words).toContain('since orders.mial is no column');
    expect(words).toContain('orders/before/report.html s3://reports/users/report.html');
  });

  it('wants a table where the writer gives up its version, and the number of unclear rows', () => {
    const counts = { ...noCounts, lostDelete: 1, unclear: 2 };
    const words = whatIsLeft('unreconciled', { ...allWell, after: [missing({ counts })] }, stack);
    expect(words[1]).toContain('--writer URL --approve lostDelete,TABLE:unclear --by NAME');
    expect(words.at(-1)).toMatch(/ --left N --unclear N --reason/);
  });

  it('applies nothing where nothing but what was not compared is left', () => {
    const after = [comparedOf({ leftOut: ['logs: no key (7 rows)'] })];
    const words = whatIsLeft('unreconciled', { ...allWell, after }, stack).join('\n');
    expect(words).not.toContain('failover apply');
    expect(words).toContain('Look by hand at what could not be compared of orders');
    expect(words).toContain('--report report-orders --left N --reason');
  });
});
