import { describe, expect, it } from '@jest/globals';
import { Brief, digestOfBrief } from '../../../core/approval/brief.ts';
import { Reconciliation } from '../../../core/plan/reconciliation.ts';
import { reconciliationBrief } from '../../../core/reconcile/brief.ts';
import type { Compared } from '../../../core/reconcile/compared.ts';
import { plannedIncident } from '../switchover/samples.ts';
import { comparedOf, missing } from './compared-samples.ts';

const regions = { primary: 'eu-west-1', standby: 'eu-central-1' };
const briefOf = (all: readonly Compared[], policy: object = {}): Brief =>
  reconciliationBrief(plannedIncident, regions, Reconciliation.parse(policy), all);

describe('the question of a reconciliation', () => {
  it('is one that can be stored and shown', () => {
    const brief = briefOf([missing()]);
    expect(Brief.parse(brief)).toEqual(brief);
    expect(brief).toMatchObject({ subject: 'reconciliation', service: 'orders', ...regions });
    expect(brief.question).toBe('Is the writer of orders to be given 2 of 3 rows that it lacks?');
  });

  it('shows each database, what explains it, and where its report is', () => {
    expect(briefOf([comparedOf(), missing({ id: 'users' })]).down).toEqual([
      'orders: no row is missing.',
      'orders: A slot explains it.',
      `orders: read ${comparedOf().report}report.html before you decide (report.json: SHA-256 cccccccccccccccc).`,
      'users: 2 inserted on the old primary only, 1 changed on both sides.',
      'users: A slot explains it.',
      `users: read ${comparedOf().report}report.html before you decide (report.json: SHA-256 cccccccccccccccc).`,
    ]);
  });

  it('says which rows stay, and says nothing of it where none does', () => {
    expect(briefOf([missing()]).warnings[0]).toMatch(/^1 rows stay as they are/);
    const all = briefOf([missing({ applicable: 3 })]).warnings;
    expect(all).toEqual(['If nobody decides in time, nothing is applied.']);
  });

  it('shows the first blind spots of each database', () => {
    const blindSpots = ['It still takes writes.', 'b', 'c', 'd'];
    expect(briefOf([missing({ blindSpots })]).warnings.slice(2)).toEqual([
      ...['orders: It still takes writes.', 'orders: b', 'orders: c'],
    ]);
  });

  it('says what is applied, and which numbers become others', () => {
    const brief = briefOf([missing()], { apply: ['orders:conflict'], renumber: ['orders.no'] });
    expect(brief.loss).toContain('orders: changed on both sides');
    expect(brief.yes.join(' ')).toContain('given anew: orders.no.');
    expect(briefOf([missing()]).yes.join(' ')).not.toContain('anew');
  });

  it('is another one when the rows are others, so that a yes to these is none to those', () => {
    const digests = [missing(), missing({ applicable: 1 }), missing({ report: 's3://other/' })].map(
      (each) => digestOfBrief(plannedIncident, briefOf([each])),
    );
    expect(new Set(digests).size).toBe(3);
  });
});
