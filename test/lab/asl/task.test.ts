import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { parseJson } from '../../../lab/asl/json.ts';
import { failure, finish, FUNCTION, INVOKE, run, start, typesOf } from './support.ts';

const task = { Type: 'Task', Resource: FUNCTION, End: true };
function causeOf(cause: string | undefined): Json {
  return parseJson(cause ?? 'null');
}

describe('a Task that fails', () => {
  it('has the name of the thrown error and a cause in the shape of Lambda', async () => {
    const { result, execution } = await run(
      { A: task },
      { invoke: () => Promise.reject(failure('NotReadyError', 'lag unknown')) },
    );
    expect(result).toMatchObject({ status: 'FAILED', error: 'NotReadyError' });
    expect(causeOf(result.cause)).toEqual({
      errorType: 'NotReadyError',
      errorMessage: 'lag unknown',
      trace: ['NotReadyError: lag unknown'],
    });
    expect(execution.history.at(-2)?.lambdaFunctionFailedEventDetails).toEqual({
      error: 'NotReadyError',
      cause: result.cause,
    });
  });

  it('shows a fault of the Lambda service as plain text', async () => {
    const { result } = await run(
      { A: task },
      { invoke: () => Promise.reject(failure('Lambda.TooManyRequestsException', 'Slow down')) },
    );
    expect(result.error).toBe('Lambda.TooManyRequestsException');
    expect(result.cause).toBe('Slow down');
  });

  it('fails the execution, not times it out, when its own timeout passes', async () => {
    const { result, elapsed, execution } = await run(
      { A: { ...task, TimeoutSeconds: 5 } },
      {
        invoke: async (_, lab) => {
          await lab.clock.sleep(60_000);
        },
      },
    );
    expect(result).toEqual({ status: 'FAILED', error: 'States.Timeout' });
    expect(elapsed()).toBe(5);
    expect(typesOf({ execution })).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'LambdaFunctionScheduled',
      'LambdaFunctionStarted',
      'LambdaFunctionTimedOut',
      'ExecutionFailed',
    ]);
  });

  it('tells the function that nobody waits, but ignores what it answers then', async () => {
    const lab = start(
      {
        A: { ...task, TimeoutSeconds: 5, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] },
        B: { Type: 'Wait', Seconds: 100, End: true },
      },
      {
        invoke: async (_, { clock }) => {
          await clock.sleep(20_000);
          return 'late';
        },
      },
    );
    const result = await finish(lab);
    expect(lab.calls[0]?.signal.aborted).toBe(true);
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: { Error: 'States.Timeout' } });
    expect(typesOf(lab)).not.toContain('LambdaFunctionSucceeded');
  });

  it('takes its timeout from an expression', async () => {
    const { result, elapsed } = await run(
      { A: { ...task, TimeoutSeconds: '{% $states.input.limitSeconds %}' } },
      {
        input: { limitSeconds: 7 },
        invoke: async (_, lab) => {
          await lab.clock.sleep(60_000);
        },
      },
    );
    expect(result.error).toBe('States.Timeout');
    expect(elapsed()).toBe(7);
  });

  it('reports a timeout that is no number', async () => {
    const { result } = await run({ A: { ...task, TimeoutSeconds: "{% 'x' %}" } });
    expect(result.error).toBe('States.QueryEvaluationError');
    expect(result.cause).toMatch(/Expected 'number', but was 'string' for value: "x"/);
  });
});

describe('a Task that succeeds', () => {
  it('gives the function a copy of the input and returns what survives JSON', async () => {
    const { result, calls } = await run(
      { A: task },
      { input: { a: [1] }, invoke: async () => ({ at: new Date(0), gone: undefined }) },
    );
    expect(calls[0]?.payload).toEqual({ a: [1] });
    expect(result.output).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it('turns a function that returns nothing into null', async () => {
    const { result } = await run({ A: task }, { invoke: async () => undefined });
    expect(result).toEqual({ status: 'SUCCEEDED', output: null });
  });

  it('wraps the answer of lambda:invoke and writes its own events', async () => {
    const invoke = { ...task, Resource: INVOKE, Arguments: { FunctionName: 'f', Payload: [1] } };
    const { result, calls, execution } = await run({ A: invoke }, { invoke: async () => 'ok' });
    expect(calls[0]).toMatchObject({ functionArn: 'f', payload: [1], stateName: 'A' });
    expect(result.output).toEqual({ ExecutedVersion: '$LATEST', Payload: 'ok', StatusCode: 200 });
    expect(typesOf({ execution }).slice(2, 5)).toEqual([
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
    ]);
    expect(execution.history[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: 'lambda',
      resource: 'invoke',
      region: 'eu-west-1',
    });
  });
});
