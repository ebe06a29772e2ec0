import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { pathOf } from '../../../lab/asl/history.ts';
import { failure, FUNCTION, run } from './support.ts';

const task = { Type: 'Task', Resource: FUNCTION, End: true };
const end = { Type: 'Pass', End: true };

describe('Catch', () => {
  const boom = { invoke: () => Promise.reject(failure('Boom', 'why')) };
  const to = (next: string, more: Record<string, Json> = {}) => ({
    ErrorEquals: ['States.ALL'],
    Next: next,
    ...more,
  });

  it('hands the error on as output when it has none of its own', async () => {
    const { result } = await run({ A: { ...task, Catch: [to('B')] }, B: end }, boom);
    expect(result.output).toMatchObject({ Error: 'Boom' });
  });

  it('shapes output and variables from the error, and skips those of the state', async () => {
    const { result } = await run(
      {
        A: {
          ...task,
          Assign: { untouched: false },
          Output: 'not this',
          Catch: [
            to('B', {
              Output: '{% $states.errorOutput.Error %}',
              Assign: { cause: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
            }),
          ],
        },
        B: { ...end, Output: ['{% $states.input %}', '{% $cause %}', '{% $exists($untouched) %}'] },
      },
      boom,
    );
    expect(result.output).toEqual(['Boom', 'why', false]);
  });

  it('takes the first catcher that matches, after all retries', async () => {
    const { execution, calls } = await run(
      {
        A: {
          ...task,
          Retry: [{ ErrorEquals: ['Boom'], MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['Other'], Next: 'B' }, to('C'), to('B')],
        },
        B: end,
        C: end,
      },
      boom,
    );
    expect(calls).toHaveLength(2);
    expect(pathOf(execution.history)).toEqual(['A', 'C']);
    expect(execution.history.map((event) => event.type)).toContain('TaskStateExited');
  });

  it('catches an expression that fails', async () => {
    const { result } = await run({
      A: { ...task, Arguments: '{% $states.input.nope %}', Catch: [to('B')] },
      B: end,
    });
    expect(result.output).toMatchObject({ Error: 'States.QueryEvaluationError' });
  });

  it('fails when its own expression fails', async () => {
    const { result } = await run(
      { A: { ...task, Catch: [to('B', { Output: '{% $nope %}' })] }, B: end },
      boom,
    );
    expect(result.error).toBe('States.QueryEvaluationError');
    expect(result.cause).toMatch(/field 'Catch\[0\]\/Output' returned nothing/);
  });

  it('misses a payload that is too large under States.ALL, and finds it by name', async () => {
    const large = { invoke: async () => 'x'.repeat(262_144) };
    const missed = await run({ A: { ...task, Catch: [to('B')] }, B: end }, large);
    expect(missed.result.error).toBe('States.DataLimitExceeded');
    expect(missed.result.cause).toContain(`The state/task '${FUNCTION}' returned a result`);
    const named = to('B', { ErrorEquals: ['States.DataLimitExceeded'] });
    const found = await run({ A: { ...task, Catch: [named] }, B: end }, large);
    expect(found.result.status).toBe('SUCCEEDED');
  });

  it('never catches States.Runtime, even by name', async () => {
    const { result } = await run(
      { A: { ...task, Catch: [to('B', { ErrorEquals: ['States.Runtime'] })] }, B: end },
      { invoke: () => Promise.reject(failure('States.Runtime')) },
    );
    expect(result.error).toBe('States.Runtime');
  });
});
