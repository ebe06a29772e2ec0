import { describe, expect, it } from '@jest/globals';
import { decide } from '../../../core/rules.ts';
import type { RebuildFacts } from '../../../core/switchover/rebuild.ts';
import { rebuildRules } from '../../../core/switchover/rebuild.ts';
import type { Case } from '../support.ts';
import { after, dateAfter, outcomes, rowOf, T0, unreached } from '../support.ts';

/** The old instance is kept, and nothing was asked for yet. */
const keptAway: RebuildFacts = {
  replica: 'absent',
  kept: 'available',
  snapshot: 'available',
  isConfigured: false,
  renameAskedAt: undefined,
  createAskedAt: undefined,
  configureAskedAt: undefined,
  words: 'db is not there.',
  startedAt: T0,
  deadlineSeconds: 43_200,
  now: dateAfter(700),
};
const old = { replica: 'available', kept: 'absent' } as const;
const late = { now: dateAfter(43_200.001) };

const cases: Case<RebuildFacts>[] = [
  ['deadline-passed', late],
  ['deadline-passed', { ...late, replica: 'becoming' }],
  ['deadline-passed', { ...late, replica: 'strange' }],
  ['becoming', { replica: 'becoming' }],
  ['becoming', { replica: 'becoming', kept: 'changing', now: dateAfter(43_200) }],
  ['strange', { replica: 'strange' }],
  ['strange', { replica: 'strange', kept: 'changing' }],
  ['unusable', { replica: 'unusable' }],
  ['changing', { replica: 'changing', kept: 'absent' }],
  ['changing', { replica: 'absent', kept: 'changing' }],
  ['changing', { ...old, kept: 'changing' }],
  ['not-visible-yet', { ...old, renameAskedAt: after(100.001) }],
  ['not-visible-yet', { replica: 'available', renameAskedAt: after(699) }],
  ['not-visible-yet', { kept: 'absent', renameAskedAt: after(699) }],
  ['not-visible-yet', { createAskedAt: after(100.001), renameAskedAt: T0 }],
  ['kept-and-there', { replica: 'available' }],
  ['kept-and-there', { replica: 'available', kept: 'unusable', snapshot: undefined }],
  ['kept-and-there', { replica: 'available', renameAskedAt: after(100) }],
  ['preserve', { ...old, snapshot: undefined }],
  ['preserve', { ...old, snapshot: undefined, renameAskedAt: T0 }],
  ['snapshot-failed', { ...old, snapshot: 'failed' }],
  ['preserving', { ...old, snapshot: 'creating' }],
  ['preserving', { ...old, snapshot: 'something-new' }],
  ['rename', old],
  ['rename', { ...old, renameAskedAt: after(100) }],
  ['nothing-to-copy', { kept: 'absent' }],
  ['nothing-to-copy', { kept: 'unusable' }],
  ['nothing-to-copy', { kept: 'follows' }],
  ['nothing-to-copy', { kept: 'absent', renameAskedAt: after(100) }],
  ['create', {}],
  ['create', { renameAskedAt: after(699) }],
  ['create', { createAskedAt: after(100) }],
  ['create', { snapshot: undefined }],
  ['not-configured-yet', { replica: 'follows', configureAskedAt: after(100.001) }],
  ['configure', { replica: 'follows' }],
  ['configure', { replica: 'follows', kept: 'changing', configureAskedAt: after(100) }],
  ['deadline-passed', { ...late, replica: 'follows' }],
  ['follows', { replica: 'follows', isConfigured: true }],
  ['follows', { replica: 'follows', isConfigured: true, configureAskedAt: after(699) }],
  ['follows', { ...late, replica: 'follows', isConfigured: true, snapshot: 'failed' }],
  ['becoming', { replica: 'becoming', isConfigured: true }],
];

describe('rebuildRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(rebuildRules, keptAway)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(rebuildRules, cases)).toEqual([]);
    expect(outcomes(rebuildRules)).toEqual([
      'follows -> done',
      'deadline-passed -> failed',
      'not-configured-yet -> wait',
      'configure -> configure',
      'becoming -> wait',
      'strange -> failed',
      'unusable -> failed',
      'changing -> wait',
      'not-visible-yet -> wait',
      'kept-and-there -> failed',
      'preserve -> preserve',
      'snapshot-failed -> failed',
      'preserving -> wait',
      'rename -> rename',
      'nothing-to-copy -> failed',
      'create -> create',
    ]);
  });

  it('says what it found', () => {
    const why = (change: Partial<RebuildFacts>) =>
      decide(rebuildRules, { ...keptAway, ...change }).why;
    expect(why(late)).toContain('43200 s passed. db is not there.');
    expect(why({ replica: 'strange' })).toContain('db is not there.');
    expect(why({ ...old, snapshot: 'creating' })).toContain('Status: creating.');
  });
});
