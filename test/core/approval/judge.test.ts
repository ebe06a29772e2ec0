import { describe, expect, it } from '@jest/globals';
import type { JudgeFacts } from '../../../core/approval/judge.ts';
import { agendaOf, judgeRules } from '../../../core/approval/judge.ts';
import { PROMOTE_ON_EXPIRY } from '../../../core/plan/authorization.ts';
import { askedAt, brief, digest, expiresAt, olga, sampleRequest } from '../../approval-samples.ts';
import type { Case } from '../support.ts';
import { rowOf, unreached } from '../support.ts';

const decided = (decision: 'approved' | 'rejected' | 'expired') =>
  sampleRequest({
    decision: { decision, by: 'x', reason: '', decidedAt: askedAt, evidenceDigest: digest },
  });
const open: JudgeFacts = {
  request: sampleRequest(),
  now: askedAt,
  onExpiry: { action: 'stop' },
  outageConfirmed: true,
  lossKnown: true,
};
const escalate: JudgeFacts['onExpiry'] = {
  action: 'escalate',
  approvers: [olga],
  expirySeconds: 600,
};
const promote = {
  action: 'promote',
  evenThough: PROMOTE_ON_EXPIRY,
  acceptedBy: 'Ada',
  because: 'the shop may never be down',
} as const;
const late = { now: expiresAt };
const asked = sampleRequest({ told: ['first'], asked: [olga.name] });
const reconciling = { ...asked, brief: { ...brief, subject: 'reconciliation' } as const };
const unfenced = { ...asked, brief: { ...brief, subject: 'unfenced' } as const };

const cases: Case<JudgeFacts>[] = [
  ['approved', { request: decided('approved'), ...late }],
  ['rejected', { request: decided('rejected'), ...late }],
  ['expired', { request: decided('expired') }],
  ['evidence-keeps-changing', { request: sampleRequest({ number: 4 }) }],
  ['time-left', {}],
  ['time-left', { now: '2026-10-02T17:34:44.999Z', onExpiry: promote }],
  ['time-left', { request: sampleRequest({ number: 3 }) }],
  ['expiry-escalates', { ...late, onExpiry: escalate }],
  ['expiry-promotes', { ...late, onExpiry: promote, request: asked }],
  ['expiry-without-asking', { ...late, onExpiry: promote }],
  ['expiry-without-asking', { ...late, onExpiry: promote, request: { ...asked, asked: [] } }],
  ['expiry-without-asking', { ...late, onExpiry: promote, request: { ...asked, asked: ['Eve'] } }],
  [
    'expiry-without-asking',
    { ...late, onExpiry: promote, request: { ...asked, approvalsNeeded: 2 } },
  ],
  [
    'expiry-of-a-loss-nobody-knows',
    { ...late, onExpiry: promote, request: asked, lossKnown: false },
  ],
  ['expiry-stops', { ...late, onExpiry: promote, request: asked, outageConfirmed: false }],
  ['expiry-stops', { ...late, onExpiry: promote, request: unfenced }],
  ['expiry-applies-nothing', { ...late, request: reconciling }],
  ['expiry-applies-nothing', { ...late, onExpiry: promote, request: reconciling }],
  [
    'expiry-stops',
    { ...late, onExpiry: escalate, request: sampleRequest({ escalatedAt: askedAt }) },
  ],
  ['expiry-stops', late],
];

describe('judgeRules', () => {
  it.each(cases)('decide by %s: %j', (row, change) => {
    expect(rowOf(judgeRules, open)(change)).toBe(row);
  });

  it('have a case for every row', () => {
    expect(unreached(judgeRules, cases)).toStrictEqual([]);
  });
});

describe('The agenda of a question', () => {
  const at = (minutes: number): string =>
    new Date(Date.parse(askedAt) + minutes * 60_000).toISOString();

  it.each([
    ['tells first, and waits for the next look', 0, [], 'first', 300],
    ['tells first, also when it comes late', 11, [], 'first', 300],
    ['has nothing to tell before a reminder is due', 9, ['first'], null, 60],
    ['reminds when it is due', 10, ['first'], 'reminder-1', 300],
    ['does not remind twice', 10, ['first', 'reminder-1'], null, 300],
    ['skips a reminder that was slept through', 21, ['first'], 'reminder-2', 300],
    ['waits a second at least', 30, ['first', 'reminder-2'], null, 1],
  ])('%s', (_, minutes, told, turn, waitSeconds) => {
    const agenda = agendaOf(sampleRequest({ told }), 2, at(minutes));
    expect(agenda).toStrictEqual({ turn, waitSeconds });
  });

  it.each([
    ['waits for what is to be told again', 1, 'first', { turn: null, waitSeconds: 5 }],
    ['tells it again when it is time', 2, 'first', { turn: 'first', waitSeconds: 300 }],
    ['is not held up by another turn', 1, 'escalation', { turn: 'first', waitSeconds: 300 }],
  ])('%s', (_, minutes, turn, expected) => {
    const again = { turn, tries: 1, at: new Date(Date.parse(at(1)) + 5000).toISOString() };
    expect(agendaOf(sampleRequest({ again }), 2, at(minutes))).toStrictEqual(expected);
  });

  it('begins anew with an escalation', () => {
    const told = ['first', 'reminder-1', 'reminder-2'];
    const request = sampleRequest({ told, escalatedAt: at(30), expiresAt: at(45) });
    expect(agendaOf(request, 2, at(30))).toStrictEqual({ turn: 'escalation', waitSeconds: 300 });
    const later = { ...request, told: [...told, 'escalation'] };
    expect(agendaOf(later, 2, at(35)).turn).toBe('late-reminder-1');
  });

  it('without reminders looks every five minutes until the end', () => {
    const agenda = agendaOf(sampleRequest({ told: ['first'] }), 0, at(1));
    expect(agenda).toStrictEqual({ turn: null, waitSeconds: 300 });
  });
});
