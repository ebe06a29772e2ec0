import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { countTransitions, pathOf } from '../../../lab/asl/history.ts';
import { failure, FUNCTION, run, start, finish } from './support.ts';
import type { LabOptions } from './support.ts';

const task = { Type: 'Task', Resource: FUNCTION, End: true };

/** The seconds at which the function was called, when every call fails. */
async function attemptTimes(retry: Json, options: LabOptions = {}): Promise<number[]> {
  const times: number[] = [];
  const lab = start(
    { A: { ...task, Retry: retry } },
    {
      ...options,
      invoke: async (_, { elapsed }) => {
        times.push(elapsed());
        throw failure('Boom');
      },
    },
  );
  expect(await finish(lab)).toMatchObject({ status: 'FAILED', error: 'Boom' });
  return times;
}

const schedules: [string, Json, number[]][] = [
  ['AWS defaults', { ErrorEquals: ['Boom'] }, [0, 1, 3, 7]],
  ['no attempts at all', { ErrorEquals: ['Boom'], MaxAttempts: 0 }, [0]],
  ['another error', { ErrorEquals: ['Other'] }, [0]],
  ['another case', { ErrorEquals: ['boom'] }, [0]],
  ['States.TaskFailed', { ErrorEquals: ['States.TaskFailed'], MaxAttempts: 1 }, [0, 1]],
  ['a steady interval', { ErrorEquals: ['States.ALL'], BackoffRate: 1 }, [0, 1, 2, 3]],
  [
    'a maximum delay',
    { ErrorEquals: ['Boom'], IntervalSeconds: 3, MaxDelaySeconds: 5, MaxAttempts: 4 },
    [0, 3, 8, 13, 18],
  ],
];

describe('Retry', () => {
  it.each(schedules)('follows %s', async (_, retrier, times) => {
    expect(await attemptTimes([retrier])).toEqual(times);
  });

  it('spreads the delay over its whole length with full jitter', async () => {
    const retrier = { ErrorEquals: ['Boom'], IntervalSeconds: 8, JitterStrategy: 'FULL' };
    expect(await attemptTimes([retrier], { random: () => 0.25 })).toEqual([0, 2, 6, 14]);
  });

  it('counts for each retrier and takes the first that matches', async () => {
    const names = ['X', 'Y', 'X', 'Y', 'X'];
    const { result, calls } = await run(
      {
        A: {
          ...task,
          Retry: [
            { ErrorEquals: ['X'], MaxAttempts: 2 },
            { ErrorEquals: ['States.ALL'], MaxAttempts: 5 },
          ],
        },
      },
      {
        invoke: async (_, lab) => await Promise.reject(failure(names[lab.calls.length - 1] ?? '')),
      },
    );
    // The third X exhausts its retrier; States.ALL further down does not get a say.
    expect(result.error).toBe('X');
    expect(calls).toHaveLength(5);
  });

  it('stops when an attempt succeeds, and evaluates the Arguments anew each time', async () => {
    const { result, calls, execution } = await run(
      {
        A: {
          ...task,
          Arguments: { attempt: '{% $states.context.State.RetryCount %}' },
          Retry: [{ ErrorEquals: ['Boom'] }],
        },
      },
      {
        invoke: async (_, lab) =>
          lab.calls.length < 3 ? await Promise.reject(failure('Boom')) : 'ok',
      },
    );
    expect(result.output).toBe('ok');
    expect(calls.map((call) => call.payload)).toEqual([
      { attempt: 0 },
      { attempt: 1 },
      { attempt: 2 },
    ]);
    expect(pathOf(execution.history)).toEqual(['A']);
    expect(countTransitions(execution.history)).toBe(3);
  });

  it('retries a timeout, which States.TaskFailed does not match', async () => {
    const slow = {
      invoke: async (_: unknown, lab: { clock: { sleep: (n: number) => unknown } }) => {
        await lab.clock.sleep(60_000);
      },
    };
    const timed = { ...task, TimeoutSeconds: 2 };
    const byTimeout = await run(
      { A: { ...timed, Retry: [{ ErrorEquals: ['States.Timeout'], MaxAttempts: 1 }] } },
      slow,
    );
    expect(byTimeout.calls).toHaveLength(2);
    const byTaskFailed = await run(
      { A: { ...timed, Retry: [{ ErrorEquals: ['States.TaskFailed'] }] } },
      slow,
    );
    expect(byTaskFailed.calls).toHaveLength(1);
  });
});
