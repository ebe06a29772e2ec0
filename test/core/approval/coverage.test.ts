import { describe, expect, it } from '@jest/globals';
import type { ApprovedFacts } from '../../../core/approval/coverage.ts';
import { changesSince } from '../../../core/approval/coverage.ts';

const approved: ApprovedFacts = {
  lossBoundSeconds: 9,
  vote: 'down',
  up: ['a'],
};
const unknown: ApprovedFacts = { ...approved, lossBoundSeconds: null };

describe('An approval does not cover', () => {
  it.each<[string, Partial<ApprovedFacts>, RegExp]>([
    ['a greater loss', { lossBoundSeconds: 9.001 }, /9\.001 s would be lost now; 9 s/],
    ['a loss that is not known any more', { lossBoundSeconds: null }, /not known any more/],
    ['a loss that is no number', { lossBoundSeconds: Number.NaN }, /NaN s would be lost/],
    ['a probe that says up by now', { up: ['a', 'b'] }, /^b says up/],
    ['probes that together cannot tell', { vote: 'unknown' }, /do not say down any more/],
  ])('%s', (_, change, words) => {
    const changes = changesSince(approved, { ...approved, ...change });
    expect(changes).toStrictEqual([expect.stringMatching(words)]);
  });
});

describe('An approval covers', () => {
  it.each([
    ['the same', approved, approved],
    ['a smaller loss', approved, { ...approved, lossBoundSeconds: 1 }],
    ['a probe that does not say up any more', approved, { ...approved, up: [] }],
    ['probes that could not tell before', { ...approved, vote: 'unknown' } as const, approved],
    ['any loss, where an unknown one was accepted', unknown, approved],
  ])('%s', (_, before, now) => {
    expect(changesSince(before, now)).toStrictEqual([]);
  });
});
