import { describe, expect, it } from '@jest/globals';
import type { Schedule } from '../../../lab/simulation/schedule.ts';
import { parseStateMachine } from '../../../lab/asl/parse.ts';
import { boundaryEvents } from '../../../lab/simulation/search/boundaries.ts';
import { firstFaults, secondFaults } from '../../../lab/simulation/search/pairs.ts';
import { shrink } from '../../../lab/simulation/search/shrink.ts';
import type { CallSummary } from '../../../lab/simulation/search/singles.ts';
import { kindsFor, representatives, singleFaults } from '../../../lab/simulation/search/singles.ts';
import { walks } from '../../../lab/simulation/search/walks.ts';
import { scheduleOf } from './setting.ts';

const call = (number: number, changes: Partial<CallSummary> = {}): CallSummary => ({
  number,
  signature: 'promote-database RDS.DescribeDBInstances eu-central-1',
  client: 'RDSClient',
  isMutating: false,
  isConsistent: false,
  ...changes,
});
const promote = call(9, {
  signature: 'promote-database RDS.PromoteReadReplica eu-central-1',
  isMutating: true,
});

describe('the kinds of faults at a call', () => {
  it('are all of them for a call that changes something, but a stale answer', () => {
    expect(kindsFor(promote).toSorted()).toStrictEqual(
      [
        ...['crashAfter', 'crashBefore', 'duplicate', 'late'],
        ...['rejected', 'replyLost', 'requestLost', 'throttled'],
      ].toSorted(),
    );
  });

  it('hold a stale answer only where a read may be stale', () => {
    expect(kindsFor(call(1))).toContain('stale');
    expect(kindsFor(call(1, { isConsistent: true }))).not.toContain('stale');
  });
});

describe('single faults', () => {
  it('are tried at the first two and at the last of calls that are alike', () => {
    const polls = [1, 2, 3, 4, 5].map((number) => call(number));
    expect(representatives([...polls, promote]).map(({ number }) => number)).toStrictEqual([
      1, 2, 5, 9,
    ]);
  });

  it('come once everywhere, and to stay from the first call of a port on', () => {
    const faults = singleFaults([call(1), call(2)]);
    expect(faults.filter(({ stays }) => stays).map((each) => each.call)).toStrictEqual([1, 1, 1]);
    expect(faults.filter(({ stays }) => !stays)).toHaveLength(2 * kindsFor(call(1)).length);
  });
});

describe('pairs', () => {
  it('have their second fault after the first one', () => {
    const [first] = firstFaults([call(1), promote]);
    if (first === undefined) throw new Error('There is no first fault.');
    const seconds = secondFaults(first, [call(1), call(4), promote]);
    expect(new Set(seconds.map((each) => each.call))).toStrictEqual(new Set([4, 9]));
  });
});

describe('walks and boundaries', () => {
  it('are the same for the same seed', () => {
    const clean = [{ schedule: scheduleOf('blip'), calls: [call(1)], states: ['A', 'B'] }];
    expect(walks(clean, 20, 3)).toStrictEqual(walks(clean, 20, 3));
    expect(walks(clean, 20, 4)).not.toStrictEqual(walks(clean, 20, 3));
    // Each spoils a call that the run makes, or one that a repeated call may become.
    expect(walks(clean, 20, 3).every(({ faults }) => faults.every((each) => each.call <= 2))).toBe(
      true,
    );
  });

  it('let every event happen at every state', () => {
    const machine = parseStateMachine({
      QueryLanguage: 'JSONata',
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: {
          Type: 'Task',
          Resource: 'arn:aws:lambda:eu-west-1:111122223333:function:b',
          End: true,
        },
      },
    });
    const events = boundaryEvents({ states: ['A', 'B'], repeated: ['B'] }, [
      { definition: machine },
    ]);
    expect(events).toContainEqual({ what: 'primary-returns', state: 'B', visit: 1 });
    // A function breaks where one is called.
    expect(events).toContainEqual({ what: 'function-refuses', state: 'B', visit: 1 });
    expect(events).not.toContainEqual({ what: 'function-refuses', state: 'A', visit: 1 });
    expect(new Set(events.map((each) => JSON.stringify(each))).size).toBe(events.length);
    // What is entered once has no second entry at which anything could happen.
    expect(events.filter(({ visit }) => visit === 2).every(({ state }) => state === 'B')).toBe(
      true,
    );
  });
});

describe('shrinking', () => {
  it('keeps only what the violation needs', async () => {
    const guilty = { call: 5, kind: 'late' as const, stays: false };
    const schedule = scheduleOf('outage', {
      seed: 99,
      faults: [
        { call: 2, kind: 'stale', stays: true },
        { ...guilty, stays: true },
      ],
      events: [{ what: 'deploy', state: 'Authorize', visit: 2 }],
    });
    const isGuilty = ({ faults }: Schedule): Promise<boolean> =>
      Promise.resolve(faults.some((each) => each.call === 5));
    expect(await shrink(schedule, isGuilty)).toStrictEqual(
      scheduleOf('outage', { faults: [guilty] }),
    );
  });
});
