import { describe, expect, it } from '@jest/globals';
import type { Incident } from '../../core/incident.ts';
import type { StoryParts } from '../../core/story.ts';
import { findLeftovers, readStory, StoryParts as Parts, whyOf } from '../../core/story.ts';
import { after } from './support.ts';

const incident: Incident = {
  id: 'shop-4',
  plan: 'shop',
  epoch: 4,
  alarm: 'arn:a',
  alarmReason: '',
  openedAt: after(0),
  outageStart: { known: false, reason: 'test' },
  executionArn: 'arn:e',
};
const nothing: StoryParts = {
  observation: null,
  decision: null,
  warmUps: [],
  fence: null,
  refence: null,
  promotions: [],
  capacity: [],
  standby: null,
  traffic: [],
  service: null,
  undo: null,
  failure: null,
};
const at = (seconds: number, why = 'done') => ({ at: after(seconds), why });
const fence = (grade: 'confirmed' | 'attempted' | 'none', seconds: number) => ({
  ...at(seconds, `fence: ${grade}`),
  grade,
  evidence: [`evidence of ${grade}`],
});
const read = (change: Partial<StoryParts>) => readStory({ ...nothing, ...change }, incident);

describe('readStory', () => {
  it('knows nothing of a run that died at once', () => {
    const { timeline, dataLoss, fence: fenced } = read({});
    expect(Object.values(timeline).filter((time) => time !== undefined)).toEqual([after(0)]);
    expect({ dataLoss, fenced }).toEqual({ dataLoss: undefined, fenced: undefined });
  });

  it('does not call a service verified that was not', () => {
    const service = { ...at(500), verified: false };
    expect(read({ service }).timeline.serviceVerifiedAt).toBeUndefined();
    expect(read({ service: { ...service, verified: true } }).timeline.serviceVerifiedAt).toBe(
      after(500),
    );
  });

  it('takes the last of several databases, of the compute and of the routes', () => {
    const parts = {
      promotions: [at(300), at(290)],
      capacity: [
        { ...at(100), ready: true },
        { why: 'none', ready: false },
      ],
      traffic: [at(400), at(410)],
    };
    expect(read(parts).timeline).toMatchObject({
      promotedAt: after(300),
      capacityAt: after(100),
      switchedAt: after(410),
    });
  });

  it('dates a decision by the human who made it', () => {
    const authorization = at(60);
    const decided = { why: 'ok', authorization };
    expect(read({ decision: decided }).timeline.decidedAt).toBe(after(60));
    const approved = { ...decided, approval: { decidedAt: after(200) } };
    expect(read({ decision: approved }).timeline.decidedAt).toBe(after(200));
  });

  it.each([
    ['attempted', 'attempted', 'none'],
    ['confirmed', 'attempted', 'confirmed'],
    ['confirmed', 'confirmed', 'attempted'],
  ] as const)('grades two tries by the better: %s of %s and %s', (best, first, second) => {
    const story = read({ fence: fence(first, 70), refence: fence(second, 400) });
    expect(story.fence).toEqual({ grade: best, why: `evidence of ${second}` });
    expect(story.timeline.fencedAt).toBe(after(70));
  });
});

describe('findLeftovers', () => {
  it('names what was not put back, and the capacity that is missing', () => {
    const undo = { leftovers: ['fence database: denied'], why: '' };
    const capacity = [
      { why: 'web: 3 of 12', ready: false },
      { ...at(1, 'workers: 4 of 4'), ready: true },
    ];
    expect(findLeftovers({ ...nothing, undo, capacity }, false)).toEqual([
      'fence database: denied',
      'web: 3 of 12',
    ]);
    expect(findLeftovers(nothing, true)).toEqual([]);
  });

  it('says that an edge fence left the clients at a standby that is not ready', () => {
    const fence = { ...at(1, 'fenced'), grade: 'attempted' as const, evidence: [] };
    const failure = { error: 'StandbyNotReady' };
    expect(findLeftovers({ ...nothing, fence, failure }, true)).toHaveLength(1);
    expect(findLeftovers({ ...nothing, fence, failure }, false)).toEqual([]);
  });
});

const nothingDone =
  'How far it got: nothing. Not known to be done: databases promoted, capacity ready, ' +
  'standby verified, traffic switched, service verified.';

describe('whyOf', () => {
  const undo = { leftovers: [], why: 'Put back: web.' };
  const decision = { why: 'Rejected by Ada: no.' };
  const failure = { error: 'NotFenced', why: 'It still writes.' };
  it.each<[string, 'failed' | 'rejected' | 'recovered', Partial<StoryParts>]>([
    ['NotFenced: It still writes. Put back: web.', 'failed', { failure, undo, decision }],
    [`NotFenced: no cause given. ${nothingDone}`, 'failed', { failure: { error: 'NotFenced' } }],
    ['NotFenced: It still writes.', 'recovered', { failure }],
    [`No decision was reached. ${nothingDone}`, 'failed', {}],
    ['Rejected by Ada: no. Put back: web.', 'rejected', { decision, undo }],
    ['The service answers from the standby Region.', 'recovered', { decision }],
  ])('says: %s', (words, outcome, parts) => {
    expect(whyOf(outcome, { ...nothing, ...parts })).toBe(words);
  });
});

describe('StoryParts', () => {
  it('refuses a part that is missing: it was forgotten in the workflow', () => {
    expect(Parts.safeParse({ ...nothing, fence: undefined }).success).toBe(false);
  });

  it('takes new fields of a step, so that an incident can still be closed', () => {
    const standby = { ...at(1), newField: true };
    expect(Parts.parse({ ...nothing, standby, another: 1 }).standby).toEqual(at(1));
  });
});
