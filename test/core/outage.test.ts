import { describe, expect, it } from '@jest/globals';
import type { Observation, ProbeResult, Round } from '../../core/outage.ts';
import { addRound, lastLookRules, outageRules, startSeen, voteOf } from '../../core/outage.ts';
import type { Case } from './support.ts';
import { after, dateAfter, outcomes, rowOf, T0, unreached } from './support.ts';

type Vote = ProbeResult['vote'];
const probe = (kind: string, vote: Vote, vetoes = false): ProbeResult => ({
  id: kind,
  kind,
  vote,
  vetoes,
  why: `${kind} says ${vote}`,
});
const round = (vote: Vote, seconds = 0): Round => ({
  at: after(seconds),
  vantage: 'eu-central-1',
  vote,
  why: `it is ${vote}`,
  probes: [],
});

describe('voteOf', () => {
  const down = [probe('https', 'down'), probe('tcp', 'down')];
  it.each<[Vote, string, ProbeResult[], ProbeResult[], number]>([
    ['unknown', 'no probe at all', [], [], 1],
    ['unknown', 'every probe unknown', [probe('https', 'unknown')], [], 1],
    ['unknown', 'too few kinds', [probe('https', 'down'), probe('tcp', 'unknown')], [], 2],
    ['unknown', 'two of one kind', [probe('https', 'down'), probe('https', 'down')], [], 2],
    ['unknown', 'no control answers', down, [probe('control', 'down')], 2],
    ['unknown', 'every control unknown', down, [probe('control', 'unknown')], 2],
    ['up', 'one sighting against many', [...down, probe('replicationProgress', 'up', true)], [], 2],
    [
      'up',
      'a sighting without controls',
      [probe('https', 'up', true)],
      [probe('control', 'down')],
      2,
    ],
    ['unknown', 'an up that does not veto', [probe('rdsStatus', 'up')], [], 1],
    ['down', 'an up that does not veto, outvoted', [...down, probe('rdsStatus', 'up')], [], 2],
    ['down', 'enough kinds', down, [], 2],
    ['down', 'one of the controls answers', down, [probe('a', 'down'), probe('b', 'up')], 2],
  ])('is %s: %s', (vote, _, probes, controls, signals) => {
    expect(voteOf(probes, controls, signals).vote).toBe(vote);
  });

  it('says who saw what', () => {
    expect(voteOf([probe('https', 'up', true)], [], 1).why).toContain(
      'https saw the primary alive',
    );
    expect(voteOf(down, [], 2).why).toBe('https: https says down; tcp: tcp says down');
    expect(voteOf([], [], 2).why).toBe('0 of 2 kinds of probes say down.');
  });
});

const watch = (...votes: Vote[]): Observation =>
  votes.reduce<Observation | null>(
    (before, vote, index) => addRound(before, round(vote, index * 10)),
    null,
  ) ?? addRound(null, round('unknown'));

describe('addRound', () => {
  it('begins the outage again after a round that does not say down', () => {
    expect(watch('down', 'down', 'unknown', 'down')).toMatchObject({
      startedAt: T0,
      downSince: after(30),
      consecutiveDown: 1,
    });
  });

  it('counts rounds in a row only', () => {
    expect(watch('up', 'unknown', 'up')).toMatchObject({ consecutiveUp: 1, consecutiveDown: 0 });
    expect(watch('up', 'up', 'down')).toMatchObject({ consecutiveUp: 0, downSince: after(20) });
    expect(watch('down', 'down', 'down')).toMatchObject({ consecutiveDown: 3, downSince: T0 });
    expect(watch('down', 'up')).toMatchObject({ downSince: null, consecutiveUp: 1 });
    expect(watch('up')).toMatchObject({ downSince: null, consecutiveUp: 1 });
    expect(watch('down')).toMatchObject({ downSince: T0, consecutiveDown: 1 });
  });

  it('keeps the newest five rounds', () => {
    const { rounds } = watch('up', 'down', 'down', 'down', 'down', 'down', 'unknown');
    expect(rounds.map(({ at }) => at)).toEqual([20, 30, 40, 50, 60].map(after));
  });
});

describe('startSeen', () => {
  const alarm = { known: true as const, earliestAt: T0, latestAt: after(10) };
  const seen = (...votes: Vote[]) => startSeen(alarm, watch(...votes));

  it('takes the alarm at its word where nobody saw the primary alive', () => {
    expect(seen('down', 'down')).toEqual(alarm);
    expect(seen('unknown', 'unknown', 'unknown', 'down')).toEqual(alarm);
  });

  it('ends the writes with the first look that says down after the primary was seen alive', () => {
    expect(seen('up', 'unknown', 'unknown', 'down', 'down')).toEqual({
      ...alarm,
      latestAt: after(30),
    });
    expect(seen('down', 'up', 'down', 'up', 'down')).toEqual({ ...alarm, latestAt: after(40) });
  });

  it('does not go back behind the alarm', () => {
    expect(seen('up', 'down')).toEqual(alarm);
  });

  it('does not know the beginning while no look says down', () => {
    expect(seen('up', 'unknown')).toEqual({
      known: false,
      reason: `The primary was seen alive at ${T0}`,
    });
  });

  it('leaves an unknown beginning unknown', () => {
    const unknown = { known: false as const, reason: 'not told' };
    expect(startSeen(unknown, watch('up', 'down'))).toEqual(unknown);
  });
});

describe('outageRules', () => {
  const observation: Observation = {
    startedAt: T0,
    downSince: T0,
    consecutiveDown: 3,
    consecutiveUp: 0,
    seenAliveAt: null,
    rounds: [round('down')],
  };
  const base = {
    observation,
    confirm: { rounds: 3, signals: 2, minimumOutageSeconds: 60, deadlineSeconds: 600 },
    now: dateAfter(60),
  };
  const seen = (change: Partial<Observation>) => ({ observation: { ...observation, ...change } });
  const cases: Case<typeof base>[] = [
    ['another-round', seen({ consecutiveDown: 2 })],
    ['another-round', { now: dateAfter(59.999) }],
    ['another-round', seen({ downSince: null })],
    ['another-round', seen({ consecutiveDown: 0, consecutiveUp: 1 })],
    ['another-round', { ...seen({ consecutiveDown: 2 }), now: dateAfter(599.999) }],
    ['primary-seen-alive', seen({ consecutiveUp: 2 })],
    ['deadline-passed', { ...seen({ consecutiveDown: 2 }), now: dateAfter(600) }],
    ['outage-confirmed', {}],
    ['outage-confirmed', { now: dateAfter(600) }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(outageRules, base)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(outageRules, cases)).toEqual([]);
    expect(outcomes(outageRules)).toEqual([
      'primary-seen-alive -> recovered',
      'outage-confirmed -> confirmed',
      'deadline-passed -> undecided',
      'another-round -> watching',
    ]);
  });
});

describe('lastLookRules', () => {
  const base = { round: round('unknown'), approvedByHuman: false, blindLooks: 2 };
  const cases: Case<typeof base>[] = [
    ['primary-alive', { round: round('up') }],
    ['primary-alive', { round: round('up'), approvedByHuman: true }],
    ['cannot-tell', {}],
    ['look-again', { blindLooks: 0 }],
    ['look-again', { blindLooks: 1 }],
    ['still-down', { round: round('down') }],
    ['approved-as-it-is', { approvedByHuman: true }],
  ];

  it.each(cases)('decides by %s: %j', (row, change) => {
    expect(rowOf(lastLookRules, base)(change)).toBe(row);
  });

  it('reaches every row, and keeps its outcomes', () => {
    expect(unreached(lastLookRules, cases)).toEqual([]);
    expect(outcomes(lastLookRules)).toEqual([
      'primary-alive -> stop',
      'still-down -> go',
      'approved-as-it-is -> go',
      'look-again -> again',
      'cannot-tell -> stop',
    ]);
  });
});
