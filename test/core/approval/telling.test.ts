import { describe, expect, it } from '@jest/globals';
import type { TellingFacts } from '../../../core/approval/telling.ts';
import { afterTelling, tellingRules } from '../../../core/approval/telling.ts';
import { olga, otto, sampleRequest } from '../../approval-samples.ts';
import type { Case } from '../support.ts';
import { rowOf, unreached } from '../support.ts';

const nobody = { isReached: false, mayPass: true };
const sound: TellingFacts = { turn: 'first', tries: 1, isReached: true, mayPass: false };
const cases: Case<TellingFacts>[] = [
  ['nobody-reached', { turn: 'escalation', ...nobody }],
  ['nobody-reached', { turn: 'escalation', ...nobody, tries: 50 }],
  ['some-missed', { mayPass: true }],
  ['some-missed', { turn: 'escalation', mayPass: true, tries: 4 }],
  ['told', { mayPass: true, tries: 5 }],
  ['told', {}],
  ['reminded', { turn: 'reminder-1', ...nobody }],
  ['reminded', { turn: 'late-reminder-2', mayPass: true }],
];

describe('tellingRules', () => {
  it.each(cases)('decide by %s: %j', (row, change) => {
    expect(rowOf(tellingRules, sound)(change)).toBe(row);
  });

  it('have a case for every row', () => {
    expect(unreached(tellingRules, cases)).toStrictEqual([]);
  });
});

describe('After an attempt to tell', () => {
  const now = new Date('2026-10-02T17:10:00.000Z');
  const facts = { turn: 'first', isReached: true, mayPass: true, asked: [olga.name] };

  it('a turn that missed somebody is not told, and is due again after growing pauses', () => {
    let request = sampleRequest();
    const pauses = [1, 2, 3, 4, 5].map(() => {
      const { changes } = afterTelling(request, facts, now);
      request = { ...request, ...changes };
      return request.told.length > 0
        ? 'told'
        : (Date.parse(request.again?.at ?? '') - now.getTime()) / 1000;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 'told']);
  });

  it('an escalation that reaches nobody is due as long as the question is open', () => {
    const again = { turn: 'escalation', tries: 99, at: now.toISOString() };
    const none = { ...facts, turn: 'escalation', isReached: false, asked: [] };
    const { outcome, changes } = afterTelling(sampleRequest({ again }), none, now);
    expect(outcome).toBe('again');
    expect(changes).toEqual({
      asked: [],
      again: { turn: 'escalation', tries: 100, at: '2026-10-02T17:15:00.000Z' },
    });
  });

  it('attempts at another turn do not count', () => {
    const again = { turn: 'first', tries: 4, at: now.toISOString() };
    const { changes } = afterTelling(
      sampleRequest({ again }),
      { ...facts, turn: 'escalation' },
      now,
    );
    expect(changes).toMatchObject({ again: { turn: 'escalation', tries: 1 } });
  });

  it('whoever was asked stays asked, once', () => {
    const request = sampleRequest({ asked: [olga.name] });
    const { changes } = afterTelling(request, { ...facts, asked: [otto.name, olga.name] }, now);
    expect(changes.asked).toEqual([olga.name, otto.name]);
  });
});
