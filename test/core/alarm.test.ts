import { describe, expect, it } from '@jest/globals';
import { parseAlarmEvent, readReasonData } from '../../core/alarm.ts';
import { InvalidInputError } from '../../core/errors.ts';

const arn = 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:shop-down';
const startDate = '2026-10-02T16:59:00.000+0000';
const reason = (data: object): string => JSON.stringify({ startDate, period: 60, ...data });
const state = {
  value: 'ALARM',
  reason: 'Threshold Crossed',
  timestamp: '2026-10-02T17:04:40.989+0000',
  reasonData: reason({}),
};
const detail = { alarmName: 'shop-down', state };
const event = {
  version: '0',
  id: 'c4c1c1c9',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '111122223333',
  time: '2026-10-02T17:04:40Z',
  region: 'eu-central-1',
  resources: [arn],
  detail,
};
const withState = (change: object): unknown => ({
  ...event,
  detail: { ...detail, state: { ...state, ...change } },
});

describe('parseAlarmEvent', () => {
  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'event:'],
    ['null', null, 'event:'],
    ['a text', 'ALARM', 'event:'],
    ['a list', [event], 'event:'],
    ['an empty object', {}, 'source:'],
    ['another source', { ...event, source: 'attacker' }, 'source:'],
    ['another type', { ...event, 'detail-type': 'Scheduled Event' }, 'detail-type:'],
    ['no resource', { ...event, resources: [] }, 'resources'],
    ['two resources', { ...event, resources: [arn, arn] }, 'resources'],
    ['a resource that is no ARN', { ...event, resources: ['shop-down'] }, 'resources.0:'],
    ['a resource without end', { ...event, resources: [`arn:${'x'.repeat(600)}`] }, 'resources.0:'],
    ['no detail', { ...event, detail: undefined }, 'detail:'],
    [
      'an empty alarm name',
      { ...event, detail: { ...detail, alarmName: '' } },
      'detail.alarmName:',
    ],
    ['an unknown state', withState({ value: 'PANIC' }), 'detail.state.value:'],
    ['no timestamp', withState({ timestamp: undefined }), 'detail.state.timestamp:'],
    ['a timestamp that is none', withState({ timestamp: 'now' }), 'found "now", expected'],
    ['a timestamp with escape codes', withState({ timestamp: '\u001b[2J' }), '\\u001b[2J'],
    ['a timestamp beyond our years', withState({ timestamp: '+275760-09-13' }), 'expected'],
    ['reasonData that is no text', withState({ reasonData: {} }), 'detail.state.reasonData:'],
    [
      'a mute that is no object',
      { ...event, detail: { ...detail, muteDetail: 'x' } },
      'muteDetail',
    ],
  ])('refuses %s', (_, hostile, words) => {
    const parse = () => parseAlarmEvent(hostile);
    expect(parse).toThrow(InvalidInputError);
    expect(parse).toThrow(words);
  });

  it('refuses an event that is too long, before it looks at it', () => {
    expect(() => parseAlarmEvent({ ...event, padding: 'x'.repeat(262_144) })).toThrow(
      /^The event is \d+ characters long/,
    );
  });

  it('names every field that is wrong', () => {
    expect(() => parseAlarmEvent({ ...event, source: 'x', resources: [] })).toThrow(
      /source: .*; resources: /,
    );
  });

  it('reads a metric alarm', () => {
    expect(parseAlarmEvent(event)).toEqual({
      eventId: 'c4c1c1c9',
      arn,
      name: 'shop-down',
      state: 'ALARM',
      reason: 'Threshold Crossed',
      at: '2026-10-02T17:04:40.989Z',
      suppressedBy: undefined,
      outageStart: {
        known: true,
        earliestAt: '2026-10-02T16:59:00.000Z',
        latestAt: '2026-10-02T17:00:00.000Z',
      },
      triggeringAlarms: [],
    });
  });

  it.each<[string, object, object]>([
    ['mute rule arn:x', { muteDetail: { mutedByArn: 'arn:x' } }, {}],
    ['mute rule without a name', { muteDetail: {} }, {}],
    ['Alarm', {}, { actionsSuppressedBy: 'Alarm' }],
    ['WaitPeriod', {}, { actionsSuppressedBy: 'WaitPeriod' }],
    ['ExtensionPeriod', {}, { actionsSuppressedBy: 'ExtensionPeriod' }],
    ['a kind of the future', {}, { actionsSuppressedBy: 'a kind of the future' }],
  ])('tells that it is suppressed by %s', (by, inDetail, inState) => {
    const muted = { ...event, detail: { ...detail, ...inDetail, state: { ...state, ...inState } } };
    expect(parseAlarmEvent(muted).suppressedBy).toBe(by);
  });

  it('cuts a reason that is too long, and takes fields that AWS adds', () => {
    const parsed = parseAlarmEvent(withState({ reason: 'x'.repeat(2000), newField: true }));
    expect(parsed.reason).toHaveLength(500);
  });

  it('knows no start where there is no reasonData', () => {
    expect(parseAlarmEvent(withState({ reasonData: undefined })).outageStart.known).toBe(false);
  });
});

describe('readReasonData', () => {
  const startOf = (data: object) => readReasonData(reason(data)).outageStart;
  const unknown = { known: false };

  it.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['no JSON', '{'],
    ['a number', '7'],
    ['null', 'null'],
    ['nesting without end', '['.repeat(100_000)],
    ['no startDate', JSON.stringify({ period: 60 })],
    ['no period', JSON.stringify({ startDate })],
    ['a period of zero', reason({ period: 0 })],
    ['a negative period', reason({ period: -60 })],
    ['a period beyond all dates', reason({ period: 1e300 })],
    ['a startDate that is none', reason({ startDate: 'yesterday' })],
    ['a startDate before our years', reason({ startDate: '1970-01-01T00:00:00Z' })],
    ['a startDate beyond our years', reason({ startDate: '+012345-01-01T00:00:00Z' })],
    [
      'mixed data points, and no time of the query',
      reason({ threshold: 1, recentDatapoints: [0, 2] }),
    ],
  ])('is unknown for %s', (_, text) => {
    expect(readReasonData(text).outageStart).toMatchObject(unknown);
  });

  it('begins within the first period if every data point is bad', () => {
    expect(startOf({ threshold: 0.5, recentDatapoints: [1, 1, 3] })).toMatchObject({
      earliestAt: '2026-10-02T16:59:00.000Z',
      latestAt: '2026-10-02T17:00:00.000Z',
    });
  });

  it.each([[[0, 1, 1]], [[1, 0, 1]], [[null, 1, 1]]])(
    'may begin until the query if some data points are good: %j',
    (recentDatapoints) => {
      const queryDate = '2026-10-02T17:04:40.985+0000';
      expect(startOf({ threshold: 0.5, recentDatapoints, queryDate })).toMatchObject({
        earliestAt: '2026-10-02T16:59:00.000Z',
        latestAt: '2026-10-02T17:04:40.985Z',
      });
    },
  );

  it('names the children of a composite alarm, and no start', () => {
    expect(readReasonData(JSON.stringify({ triggeringAlarms: [{ arn }, { arn }] }))).toMatchObject({
      outageStart: unknown,
      triggeringAlarms: [arn, arn],
    });
  });
});
