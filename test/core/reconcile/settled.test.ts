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
      settled('refused', 'Another one.'),
    ];
    expect(countSettled(all, [])).toEqual({
      ...{ applied: 1, already: 2, undecided: 1, refused: 3 },
      // The same reason twice says nothing more.
      reasons: ['unit 7: Because.', 'unit 7: Another one.'],
    });
  });

  it('adds to the turns before, and repeats none of their reasons', () => {
    const before = countSettled([settled('applied'), settled('refused')], []);
    const after = countSettled([settled('already'), settled('refused')], [], before);
    expect(after).toEqual({
      ...{ applied: 1, already: 1, undecided: 0, refused: 2, reasons: ['unit 7: Because.'] },
    });
  });

  it('names the first reasons only, none of them long: they are kept and sent', () => {
    const many = Array.from({ length: 50 }, (_, n) =>
      settled('refused', `${n} x\ny`.repeat(50_000)),
    );
    const { reasons, refused } = countSettled(many, []);
    expect([reasons.length, refused]).toEqual([10, 50]);
    expect(JSON.stringify(reasons).length).toBeLessThan(4000);
    expect(reasons.join('')).not.toContain('\n');
  });

  it('tells no value of a masked column', () => {
    const whys = [
      'Key (mail)=(ada@example.com) already exists.',
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

  it('lose what names another row by a masked column: nobody knows its value here', () => {
    const words = 'number=7 belongs to the row mail=grace h@y z (number_key).';
    expect(concealed(words, [secret], ['orders.mail'])).toBe(
      'number=7 belongs to the row mail=•••',
    );
    expect(concealed('mail=grace@y', [secret], ['*.mail'])).toBe('mail=•••');
    expect(concealed('mail=ada@example.com mail=grace@y is there', [secret], ['*.mail'])).toBe(
      'mail=••• mail=•••',
    );
    expect(concealed('mail=ada@example.com is there', [secret], ['*.mail'])).toBe(
      'mail=••• is there',
    );
    expect(concealed('email=grace@y is there', [secret], ['*.mail'])).toBe(
      'email=grace@y is there',
    );
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
