import { describe, expect, it } from '@jest/globals';
import { rowRules } from '../../../core/reconcile/row-class.ts';
import type { FirstOp, Origin } from '../../../core/reconcile/row-class.ts';
import { slotRules } from '../../../core/reconcile/slot-health.ts';
import { decide } from '../../../core/rules.ts';

describe('what the first change there says of a row', () => {
  it.each<[Origin, Origin, boolean, FirstOp, string]>([
    ['own', 'absent', true, 'unknown', 'unclear'],
    ['own', 'absent', true, 'insert', 'lostInsert'],
    ['own', 'absent', true, 'update', 'conflict'],
    ['own', 'absent', false, 'delete', 'conflict'],
    ['own', 'absent', false, 'unknown', 'lostInsert'],
    ['absent', 'own', true, 'unknown', 'changedHere'],
    ['absent', 'own', true, 'insert', 'changedHere'],
    ['absent', 'own', false, 'delete', 'conflict'],
    ['absent', 'own', false, 'update', 'conflict'],
    ['absent', 'shared', false, 'delete', 'lostDelete'],
    ['own', 'own', false, 'insert', 'conflict'],
    ['own', 'own', false, 'update', 'conflict'],
    ['own', 'shared', false, 'update', 'lostUpdate'],
    ['own', 'unknown', false, 'insert', 'unclear'],
  ])('%s there, %s here, deletes here: %s, first %s: %s', (old, writer, deletes, firstOp, then) => {
    const facts = { old, writer, writerDeletes: deletes, areEqual: false, firstOp };
    expect(decide(rowRules, facts).outcome).toBe(then);
  });

  it('says that both inserted, and not that both changed it', () => {
    const facts = { old: 'own', writer: 'own', writerDeletes: false, areEqual: false } as const;
    const why = (firstOp: FirstOp) => decide(rowRules, { ...facts, firstOp }).why;
    expect(why('insert')).toContain('inserted');
    expect(why('update')).not.toContain('inserted');
  });
});

describe('a slot', () => {
  const MB = 1024 ** 2;
  it.each([
    ['slot-lost', { walStatus: 'lost', heldBytes: null }],
    ['slot-unknown', { walStatus: null, heldBytes: 1 }],
    ['slot-unknown', { walStatus: 'reserved', heldBytes: null }],
    ['slot-unreserved', { walStatus: 'unreserved', heldBytes: 1 }],
    ['slot-half-full', { walStatus: 'extended', heldBytes: 50 * MB + 1 }],
    ['slot-kept', { walStatus: 'reserved', heldBytes: 50 * MB }],
  ] as const)('%s', (ruleId, facts) => {
    expect(decide(slotRules, { ...facts, limitBytes: 100 * MB }).ruleId).toBe(ruleId);
  });
});
