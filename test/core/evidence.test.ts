import { describe, expect, it } from '@jest/globals';
import type { EvidenceFacts } from '../../core/evidence.ts';
import { evidenceRules } from '../../core/evidence.ts';
import { decide } from '../../core/rules.ts';
import type { Case } from './support.ts';
import { outcomes, rowOf, unreached } from './support.ts';

const back: EvidenceFacts = {
  ...{ instance: 'available', snapshot: undefined, absentSeconds: 0, words: 'It is there.' },
};
const cases: Case<EvidenceFacts>[] = [
  ['kept', { snapshot: 'available' }],
  // What is in a snapshot is kept, whatever became of the instance.
  ['kept', { snapshot: 'available', instance: 'absent' }],
  ['kept', { snapshot: 'available', instance: 'follows' }],
  ['snapshot-failed', { snapshot: 'failed' }],
  ['being-made', { snapshot: 'creating' }],
  ['being-made', { snapshot: 'creating', instance: 'changing' }],
  ['follows-already', { instance: 'follows' }],
  ['follows-already', { instance: 'becoming' }],
  ['not-now', { instance: 'changing' }],
  ['not-now', { instance: 'absent' }],
  ['not-now', { instance: 'absent', absentSeconds: 599 }],
  ['not-now', { instance: 'changing', absentSeconds: 9999 }],
  ['gone', { instance: 'absent', absentSeconds: 600 }],
  ['kept', { instance: 'absent', absentSeconds: 9999, snapshot: 'available' }],
  ['not-now', { instance: 'unusable' }],
  ['not-now', { instance: 'strange' }],
  ['keep', {}],
];

describe('evidenceRules', () => {
  it.each(cases)('%s: %j', (row, change) => {
    expect(rowOf(evidenceRules, back)(change)).toBe(row);
  });

  it('has a case for each row, with these outcomes', () => {
    expect(unreached(evidenceRules, cases)).toEqual([]);
    expect(outcomes(evidenceRules)).toEqual([
      ...['kept -> kept', 'snapshot-failed -> lost', 'being-made -> wait'],
      ...['follows-already -> lost', 'gone -> lost', 'not-now -> wait', 'keep -> keep'],
    ]);
  });

  it('says what to do with a snapshot that failed: its name is taken', () => {
    const { why } = decide(evidenceRules, { ...back, snapshot: 'failed' });
    expect(why).toMatch(/delete it .*failover reconcile PLAN.*under the same name/);
  });
});
