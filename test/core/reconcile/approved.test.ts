import { describe, expect, it } from '@jest/globals';
import { readApproved, unitRules } from '../../../core/reconcile/approved.ts';
import type { Approval } from '../../../core/reconcile/approved.ts';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { unitsOf, withUnits } from '../../../core/reconcile/units.ts';
import { decide } from '../../../core/rules.ts';
import { obstacle, row } from './samples.ts';

const approval = (change: Partial<Approval>): Approval => ({
  ...{ items: [], rows: [], renumber: [], leave: [], by: 'Ada' },
  ...change,
});

/** What becomes of the only unit of these rows. */
function ruled(rows: readonly RowReport[], change: Partial<Approval>) {
  const together = rows.map((each) => ({ ...each, transaction: rows[0]?.transaction ?? null }));
  const named = withUnits(together, []);
  const approved = readApproved(approval(change), named);
  const [unit, ...others] = unitsOf(named);
  if (unit === undefined || others.length > 0) throw new Error('not one unit');
  return decide(unitRules, { unit, approved });
}

describe('an approval', () => {
  const conflict = row('2', { class: 'conflict', writer: { id: '2', number: '2', note: 'w' } });
  const rows = [row('1'), conflict];

  it.each([
    [{ items: ['inserts'] }, 'Found "inserts"; expected one of lostInsert'],
    [{ items: ['conflict'] }, 'expected TABLE:conflict, or single rows'],
    [{ items: ['unclear'] }, 'expected TABLE:unclear, or single rows'],
    [{ items: ['people:lostInsert'] }, 'Found "people:lostInsert", which is no row'],
    [{ rows: ['orders:id=9'] }, 'Found "orders:id=9", which is no row'],
    [{ renumber: ['orders.nummer'] }, 'expected TABLE.COLUMN of a row in the report'],
  ])('refuses %j', (change, words) => {
    expect(() => readApproved(approval(change), rows)).toThrow(words);
  });

  it('refuses a class of a name that two tables have', () => {
    const twins = [row('1', { schema: 'x', name: 'y' }), row('2', { name: 'x.y' })];
    expect(() => readApproved(approval({ items: ['x.y:lostInsert'] }), twins)).toThrow(
      'fits 2 tables',
    );
  });

  it('allows a class that no row has: the same command fits every report', () => {
    expect(() => readApproved(approval({ items: ['lostDelete'] }), rows)).not.toThrow();
  });

  it('takes a conflict by its table or by its name', () => {
    for (const change of [{ items: ['orders:conflict'] }, { rows: ['orders:id=2'] }]) {
      const approved = readApproved(approval(change), rows);
      expect(rows.map(approved.has)).toEqual([false, true]);
    }
  });
});

describe('unitRules', () => {
  it('leave what nobody approved', () => {
    expect(ruled([row('1')], {})).toMatchObject({ outcome: 'undecided', ruleId: 'not-approved' });
  });

  it('leave a transaction of which a part was approved, and name the rest', () => {
    const rest = row('2', { class: 'lostUpdate' });
    expect(ruled([row('1'), rest], { items: ['lostInsert'] })).toMatchObject({
      outcome: 'partly',
      why: expect.stringContaining('orders id=2 (lostUpdate)'),
    });
  });

  it('refuse a transaction with something in the way of one row', () => {
    const blocked = row('2', { obstacles: [obstacle({ kind: 'orphan', why: 'no parent' })] });
    expect(ruled([row('1'), blocked], { items: ['lostInsert'] })).toMatchObject({
      outcome: 'refused',
      why: 'Something stands in the way. no parent',
    });
  });

  it('let a new number resolve a collision, and nothing else', () => {
    const collides = row('1', { obstacles: [obstacle({ columns: ['number'] })] });
    const change = { items: ['lostInsert'], renumber: ['orders.number'] };
    expect(ruled([collides], change).outcome).toBe('apply');
    expect(ruled([collides], { items: ['lostInsert'] }).outcome).toBe('refused');
    expect(ruled([collides], { ...change, renumber: ['orders.note'] }).outcome).toBe('refused');
    // A row that the writer has keeps its number.
    const update = row('1', { ...collides, class: 'lostUpdate', writer: { id: '1' } });
    expect(ruled([update], { ...change, items: ['lostUpdate'] }).outcome).toBe('refused');
  });

  it('refuse a new number that another row of the transaction may mean', () => {
    const collides = row('7', { obstacles: [obstacle({ columns: ['number'] })] });
    const invoice = row('2', { name: 'invoices', old: { id: '2', order_number: '7' } });
    const change = { items: ['lostInsert'], renumber: ['orders.number'] };
    expect(ruled([collides, invoice], change)).toMatchObject({
      ruleId: 'number-may-be-used-elsewhere',
      why: expect.stringContaining('invoices id=2 has order_number 7'),
    });
  });

  it('let a row wait for the one that it needs, once that is approved', () => {
    const parent = { schema: 'public', name: 'orders', key: { id: '2' } };
    const child = row('1', { obstacles: [obstacle({ kind: 'parent', needs: parent })] });
    const rows = [child, row('2', { class: 'conflict' })];
    const one = { items: ['lostInsert'] };
    expect(ruled(rows, one).outcome).toBe('partly');
    expect(ruled(rows, { ...one, rows: ['orders:id=2'] }).outcome).toBe('apply');
  });

  it('leave a part behind only where somebody said so', () => {
    const needs = { schema: 'public', name: 'audit', key: {} };
    const torn = row('1', { obstacles: [obstacle({ kind: 'leftOut', needs })] });
    expect(ruled([torn], { items: ['lostInsert'] }).outcome).toBe('refused');
    expect(ruled([torn], { items: ['lostInsert'], leave: ['audit'] }).outcome).toBe('apply');
  });
});
