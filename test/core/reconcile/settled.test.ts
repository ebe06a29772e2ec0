import { describe, expect, it } from '@jest/globals';
import type { Settled } from '../../../core/reconcile/settled.ts';
import { countSettled } from '../../../core/reconcile/settled.ts';
import { concealed } from '../../../core/reconcile/mask.ts';
import { row } from './samples.ts';

const secret = row('1', { old: { id: '1', mail: 'ada@example.com', note: 'say "x"' } });
const settled = (outcome: Settled['outcome'], why = 'Because.', rows = [secret]): Settled => ({
  ...{ unit: { id: 'unit 7', committedAt: null, rows }, outcome, why },
});

describe('what became of rows', () => {
  it('adds up: each row is in one of the numbers', () => {
    const all = [
      settled('applied'),
      settled('already', '', [row('2'), row('3')]),
      settled('undecided'),
      settled('partly'),
      settled('refused'),
    ];
    expect(countSettled(all, [])).toEqual({
      ...{ applied: 1, already: 2, undecided: 1, refused: 2 },
      reasons: ['unit 7: Because.', 'unit 7: Because.'],
    });
  });

  it('names the first reasons only, none of them long: they are kept and sent', () => {
    const many = Array.from({ length: 50 }, () => settled('refused', 'x\ny'.repeat(100_000)));
    const { reasons, refused } = countSettled(many, []);
    expect([reasons.length, refused]).toEqual([10, 50]);
    expect(JSON.stringify(reasons).length).toBeLessThan(4000);
    expect(reasons.join('')).not.toContain('\n');
  });

  it('tells no value of a masked column, whatever the writer quotes', () => {
    const whys = [
      'Key (mail)=(ada@example.com) already exists.',
      'Failing row contains (1, ada@exa..., say "x").',
      'unit ["public","orders","note","say \\"x\\""] waits.',
    ].map((why) => settled('refused', why));
    const open = JSON.stringify(countSettled(whys, []).reasons);
    expect(open).toContain('ada@example.com');
    const { reasons } = countSettled(whys, ['orders.mail', '*.note']);
    expect(reasons.join('\n')).not.toMatch(/ada@|say/);
    expect(reasons[0]).toBe('unit 7: Key (mail)=(•••) already exists.');
  });
});

describe('words about rows', () => {
  it('lose the longest value first, or a part of it would stay', () => {
    const rows = [row('1', { old: { a: '12', b: '1234' } })];
    expect(concealed('1234 and 12', rows, ['orders.a', 'orders.b'])).toBe('••• and •••');
  });

  it('keep values of columns that are not masked, and of other tables', () => {
    expect(concealed('ada@example.com', [secret], ['users.mail', 'orders.note'])).toBe(
      'ada@example.com',
    );
  });

  it('lose the key as well, also that of a row of which no version is known', () => {
    const rows = [row('1', { key: { mail: 'x@y' }, old: null })];
    expect(concealed('row mail=x@y', rows, ['*.mail'])).toBe('row mail=•••');
  });
});
