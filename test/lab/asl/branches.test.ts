import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { countTransitions, pathOf } from '../../../lab/asl/history.ts';
import { failure, FUNCTION, run, typesOf } from './support.ts';
import type { LabOptions } from './support.ts';

const end = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: FUNCTION, End: true };
const scope = (states: Record<string, Json>) => ({
  StartAt: Object.keys(states)[0] ?? '',
  States: states,
});
const map = (states: Record<string, Json>, more: Record<string, Json> = {}) => ({
  Type: 'Map',
  Items: '{% $states.input %}',
  ItemProcessor: scope(states),
  End: true,
  ...more,
});

/** The largest number of calls under way at once when each takes a second. */
async function concurrencyOf(items: number, more: Record<string, Json>): Promise<number> {
  let running = 0;
  let most = 0;
  const options: LabOptions = {
    input: Array.from({ length: items }, (_, index) => index),
    invoke: async ({ payload }, { clock }) => {
      running += 1;
      most = Math.max(most, running);
      await clock.sleep(1000);
      running -= 1;
      return payload;
    },
  };
  const { result } = await run({ M: map({ T: task }, more) }, options);
  expect(result.output).toEqual(options.input);
  return most;
}

describe('a failure inside a Parallel', () => {
  const states = (more: Record<string, Json> = {}) => ({
    P: {
      Type: 'Parallel',
      End: true,
      Branches: [
        scope({ Slow: { Type: 'Task', Resource: FUNCTION, Next: 'After' }, After: end }),
        scope({ Waiting: { Type: 'Wait', Seconds: 500, End: true } }),
        scope({ Failing: { ...task, Arguments: 'fail' } }),
      ],
      ...more,
    },
    ...('Catch' in more ? { C: { Type: 'Wait', Seconds: 300, End: true } } : {}),
  });
  const invoke: LabOptions['invoke'] = async ({ payload }, { clock }) => {
    if (payload === 'fail') {
      await clock.sleep(5000);
      throw failure('Boom');
    }
    await clock.sleep(100_000);
    return 'late';
  };

  it('aborts the siblings, in the words of AWS', async () => {
    const { result, execution, elapsed } = await run(states(), { invoke });
    expect(result).toMatchObject({ status: 'FAILED', error: 'Boom' });
    expect(elapsed()).toBe(5);
    expect(typesOf({ execution }).slice(-5)).toEqual([
      'LambdaFunctionFailed',
      'TaskStateAborted',
      'WaitStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
    const failed = execution.history.at(-5);
    expect(execution.history.at(-4)?.previousEventId).toBe(failed?.id);
  });

  it('is caught by the Parallel; a late answer of an aborted branch changes nothing', async () => {
    const more = { Catch: [{ ErrorEquals: ['Boom'], Next: 'C' }] };
    const { result, execution, elapsed } = await run(states(more), { invoke });
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'Boom' } });
    expect(elapsed()).toBe(305);
    expect(pathOf(execution.history)).toEqual(['P', 'Slow', 'Waiting', 'Failing', 'C']);
  });

  it('is retried with all branches from their start', async () => {
    const more = { Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }] };
    const { execution, elapsed } = await run(states(more), { invoke });
    expect(elapsed()).toBe(11);
    const types = typesOf({ execution });
    expect(types.filter((type) => type === 'ParallelStateEntered')).toHaveLength(1);
    expect(types.filter((type) => type === 'ParallelStateStarted')).toHaveLength(2);
    expect(pathOf(execution.history)).toHaveLength(7);
    expect(countTransitions(execution.history)).toBe(8);
  });
});

describe('Parallel', () => {
  it('gives its Arguments to the branches and their outputs in order', async () => {
    const { result } = await run(
      {
        P: {
          Type: 'Parallel',
          Arguments: { n: '{% $states.input + 1 %}' },
          Branches: [scope({ A: { Type: 'Wait', Seconds: 9, End: true } }), scope({ B: end })],
          Output: '{% $states.result.n %}',
          End: true,
        },
      },
      { input: 1 },
    );
    expect(result.output).toEqual([2, 2]);
  });

  it('ends only the branch at a Succeed', async () => {
    const { result, execution } = await run({
      P: {
        Type: 'Parallel',
        Branches: [scope({ S: { Type: 'Succeed', Output: 1 } })],
        Next: 'Z',
      },
      Z: end,
    });
    expect(result.output).toEqual([1]);
    expect(typesOf({ execution })).toContain('SucceedStateExited');
  });
});

describe('Map', () => {
  it('runs at most MaxConcurrency iterations at once', async () => {
    expect(await concurrencyOf(7, { MaxConcurrency: 3 })).toBe(3);
    expect(await concurrencyOf(3, { MaxConcurrency: '{% 1 %}' })).toBe(1);
  });

  it('runs up to 40 iterations at once without a limit', async () => {
    expect(await concurrencyOf(50, {})).toBe(40);
  });

  it('starts no further iteration after a failure and aborts those that run', async () => {
    const { result, calls, execution } = await run(
      { M: map({ T: task }, { MaxConcurrency: 2 }) },
      {
        input: ['slow', 'bad', 'never'],
        invoke: async ({ payload }, { clock }) => {
          await clock.sleep(payload === 'bad' ? 1000 : 9000);
          if (payload === 'bad') throw failure('Bad');
        },
      },
    );
    expect(result.error).toBe('Bad');
    expect(calls.map((call) => call.payload)).toEqual(['slow', 'bad']);
    expect(typesOf({ execution }).slice(-6)).toEqual([
      'LambdaFunctionFailed',
      'MapIterationFailed',
      'TaskStateAborted',
      'MapIterationAborted',
      'MapStateFailed',
      'ExecutionFailed',
    ]);
    const failed = execution.history.find((event) => event.type === 'MapIterationFailed');
    expect(failed?.mapIterationFailedEventDetails).toEqual({ name: 'M', index: 1 });
  });

  it('shows the item and its index, the innermost of nested Maps', async () => {
    const inner = map(
      { I: { ...end, Output: '{% $states.context.Map.Item.Value & $states.input.outer %}' } },
      {
        Items: '{% [$states.input.v, $states.context.Map.Item.Index] %}',
        ItemSelector: { outer: '{% $states.input.v %}' },
      },
    );
    const selector = { v: '{% $states.context.Map.Item.Value %}' };
    const { result } = await run(
      { M: map({ N: inner }, { ItemSelector: selector }) },
      { input: ['a', 'b'] },
    );
    expect(result.output).toEqual([
      ['aa', '0a'],
      ['bb', '1b'],
    ]);
  });

  it('fails an iteration whose ItemSelector fails', async () => {
    const { result } = await run(
      { M: map({ I: end }, { ItemSelector: '{% $states.context.Map.Item.Value.x %}' }) },
      { input: [{ x: 1 }, {}] },
    );
    expect(result.error).toBe('States.QueryEvaluationError');
  });
});
