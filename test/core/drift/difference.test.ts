import { describe, expect, it } from '@jest/globals';
import { byDanger } from '../../../core/drift/difference.ts';
import { differenceOf, differing } from './samples.ts';

describe('the order of what differs', () => {
  it('begins with a second writer, and ends with compute', () => {
    const readings = [
      differing('group', differenceOf('capacity-taken')),
      differing('record', differenceOf('clients-sent-back')),
      differing('database', differenceOf('writer-at-risk')),
      differing('fence', differenceOf('second-writer')),
    ];
    expect(byDanger(readings).map(({ what }) => what)).toEqual([
      'fence',
      'database',
      'record',
      'group',
    ]);
  });

  it('is that of the plan among the equally dangerous', () => {
    const one = differing('one', differenceOf('second-writer'), differenceOf('capacity-taken'));
    const two = differing('two', differenceOf('second-writer'));
    expect(byDanger([one, two]).map(({ what }) => what)).toEqual(['one', 'two', 'one']);
  });

  it('has no place for what is as before, or was not read', () => {
    const readings = [
      { what: 'a', outcome: 'same', why: '' } as const,
      { what: 'b', outcome: 'unread', why: '' } as const,
    ];
    expect(byDanger(readings)).toEqual([]);
  });
});
