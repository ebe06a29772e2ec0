import { describe, expect, it } from '@jest/globals';
import type { Alarm } from '../../core/alarm.ts';
import type { Lock } from '../../core/incident.ts';
import type { TriageFacts } from '../../core/triage.ts';
import { isCoolingDown, isRunning, triageRules } from '../../core/triage.ts';
import type { Case } from './support.ts';
import { after, dateAfter, outcomes, rowOf, T0, unreached } from './support.ts';

const alarm: Alarm = {
  eventId: 'e',
  arn: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:a',
  name: 'a',
  state: 'ALARM',
  reason: '',
  at: T0,
  suppressedBy: undefined,
  outageStart: { known: false, reason: 'test' },
  triggeringAlarms: [],
};
const closed: Lock = {
  plan: 'shop',
  epoch: 3,
  incidentId: 'i-3',
  status: 'closed',
  expiresAt: after(9999),
};
const open: Lock = { ...closed, status: 'open', expiresAt: after(100) };
const moving: Lock = { ...open, planned: 'eu-west-1' };
const fresh: TriageFacts = {
  alarm,
  plan: { name: 'shop', staleAfterSeconds: 600, cooldownSeconds: 3600 },
  killSwitch: { readable: true, value: 'running' },
  lock: undefined,
  now: dateAfter(5),
};

const cases: Case<TriageFacts>[] = [
  ['alarm-not-in-alarm', { alarm: { ...alarm, state: 'OK' } }],
  ['alarm-not-in-alarm', { alarm: { ...alarm, state: 'INSUFFICIENT_DATA' }, plan: undefined }],
  ['alarm-without-plan', { plan: undefined }],
  ['alarm-suppressed', { alarm: { ...alarm, suppressedBy: 'WaitPeriod' } }],
  ['alarm-suppressed', { alarm: { ...alarm, suppressedBy: '' } }],
  ['alarm-stale', { now: dateAfter(600.001) }],
  ['alarm-stale', { now: dateAfter(-60.001) }],
  ['alarm-stale', { now: new Date(Number.NaN) }],
  ['duplicate', { lock: open }],
  ['duplicate', { lock: open, now: dateAfter(99.999) }],
  ['held-by-a-planned-run', { lock: moving }],
  ['held-by-a-planned-run', { lock: { ...moving, promotedAt: after(-9000), promotedBy: 'i-2' } }],
  ['duplicate', { lock: { ...moving, promotedAt: after(-9), promotedBy: 'i-3' } }],
  ['open', { lock: moving, now: dateAfter(100) }],
  ['open', { lock: { ...moving, status: 'closed' } }],
  ['paused', { killSwitch: { readable: true, value: 'paused' } }],
  ['paused', { killSwitch: { readable: false, reason: 'Timeout' } }],
  ['cooling-down', { lock: { ...closed, promotedAt: after(-4000) } }],
  ['cooling-down', { lock: { ...open, promotedAt: after(-10), expiresAt: after(1) } }],
  ['open', {}],
  ['open', { now: dateAfter(600) }],
  ['open', { now: dateAfter(-60) }],
  ['open', { lock: closed }],
  ['open', { lock: open, now: dateAfter(100) }],
  ['open', { lock: { ...closed, promotedAt: after(-4000), acknowledgedAt: after(-10) } }],
];

describe('triageRules', () => {
  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(triageRules, fresh)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(triageRules, cases)).toEqual([]);
    expect(outcomes(triageRules)).toEqual([
      'alarm-not-in-alarm -> decline',
      'alarm-without-plan -> decline',
      'alarm-suppressed -> declineAndTell',
      'alarm-stale -> declineAndTell',
      'held-by-a-planned-run -> declineAndTell',
      'duplicate -> decline',
      'paused -> declineAndTell',
      'cooling-down -> declineAndTell',
      'open -> open',
    ]);
  });
});

describe('isRunning', () => {
  it.each([
    [false, { readable: false, reason: 'Timeout' } as const],
    [false, { readable: true, value: '' } as const],
    [false, { readable: true, value: ' running' } as const],
    [true, { readable: true, value: 'running' } as const],
  ])('is %s for %j', (expected, killSwitch) => {
    expect(isRunning(killSwitch)).toBe(expected);
  });
});

describe('isCoolingDown', () => {
  const promoted = { ...closed, promotedAt: T0 };
  it.each<[boolean, string, Lock | undefined, number]>([
    [true, 'nobody acknowledged, however long ago', promoted, 999_999],
    [true, 'acknowledged within the cool-down', { ...promoted, acknowledgedAt: after(10) }, 3599],
    [
      true,
      'only an earlier promotion acknowledged',
      { ...promoted, acknowledgedAt: after(-10) },
      9999,
    ],
    [
      false,
      'acknowledged, and the cool-down over',
      { ...promoted, acknowledgedAt: after(10) },
      3600,
    ],
    [false, 'nothing promoted', closed, 0],
    [false, 'no lock', undefined, 0],
  ])('is %s: %s', (expected, _, lock, seconds) => {
    expect(isCoolingDown(lock, 3600, dateAfter(seconds))).toBe(expected);
  });
});
