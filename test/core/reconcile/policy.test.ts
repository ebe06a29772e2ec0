import { describe, expect, it } from '@jest/globals';
import { Reconciliation } from '../../../core/plan/reconciliation.ts';
import { readApproved } from '../../../core/reconcile/approved.ts';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { approvalOf } from '../../../core/reconcile/policy.ts';
import { row } from './samples.ts';

const insert = row('1');
const conflict = row('2', { class: 'conflict' });
const unclear = row('3', { class: 'unclear', name: 'carts' });
const rows: readonly RowReport[] = [insert, conflict, unclear];

/** The rows that a yes approves, by their key. */
function approved(policy: object, given = rows): (string | undefined)[] {
  const approval = approvalOf(Reconciliation.parse(policy), given, 'Ada');
  const { has } = readApproved(approval, given);
  return given.filter(has).map(({ key }) => key['id']);
}

describe('the policy of a plan', () => {
  it('approves nothing of which a version would be given up, unless it names the table', () => {
    expect(approved({})).toEqual(['1']);
    expect(approved({ apply: ['orders:conflict'] })).toEqual(['2']);
    expect(approved({ apply: ['lostInsert', 'carts:unclear'] })).toEqual(['1', '3']);
  });

  it.each(['conflict', 'unclear', 'changedHere', 'all', '*', ':conflict', ''])(
    'cannot say "%s"',
    (item) => {
      expect(Reconciliation.safeParse({ apply: [item] }).success).toBe(false);
    },
  );

  it('leaves out what fits no row of this report, and is no error', () => {
    const apply = ['lostDelete', 'users:conflict', 'orders:unclear', 'carts:lostInsert'];
    expect(approved({ apply })).toEqual([]);
    expect(approved({ apply: ['orders:conflict'] }, [])).toEqual([]);
    expect(approved({ apply: ['lostInsert'], renumber: ['users.number'] })).toEqual(['1']);
  });

  it('gives new numbers to the columns of rows that are there, and to no others', () => {
    const policy = Reconciliation.parse({ renumber: ['orders.number', 'users.number'] });
    expect(approvalOf(policy, rows, 'Ada').renumber).toEqual(['orders.number']);
    expect(approvalOf(policy, [row('1', { old: null })], 'Ada').renumber).toEqual([]);
  });

  it('approves no single row, leaves no table behind, and keeps who said yes', () => {
    expect(approvalOf(Reconciliation.parse({}), rows, 'Ada')).toMatchObject({
      ...{ rows: [], leave: [], by: 'Ada' },
    });
  });
});
