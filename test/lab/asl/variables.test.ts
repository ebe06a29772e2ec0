import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { failure, FUNCTION, run } from './support.ts';

const end = { Type: 'Pass', End: true };
const branch = (states: Record<string, Json>) => ({
  StartAt: Object.keys(states)[0] ?? '',
  States: states,
});

/** The output of a single Pass state with the given Output. */
async function outputOf(Output: Json, input: Json = {}): Promise<Json | undefined> {
  const { result } = await run({ A: { ...end, Output } }, { input });
  expect(result).toMatchObject({ status: 'SUCCEEDED' });
  return result.output;
}

async function causeOf(Output: Json, input: Json = {}): Promise<string | undefined> {
  const { result } = await run({ A: { ...end, Output } }, { input });
  expect(result).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  return result.cause;
}

describe('variables', () => {
  it('fail where they were never assigned', async () => {
    expect(await causeOf('{% $nope %}')).toBe(
      "An error occurred while executing the state 'A' (entered at the event id #2). " +
        "The JSONata expression '$nope' specified for the field 'Output' returned nothing " +
        '(undefined).',
    );
  });

  it('are visible from the next state on; Output and Assign see the old values', async () => {
    const { result, execution } = await run({
      A: { Type: 'Pass', Assign: { x: 1, y: 1 }, Next: 'B' },
      B: {
        Type: 'Pass',
        Assign: { x: '{% $y + 1 %}', y: '{% $x + 10 %}' },
        Output: { x: '{% $x %}' },
        Next: 'C',
      },
      C: { ...end, Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'] },
    });
    expect(result.output).toEqual([{ x: 1 }, 2, 11]);
    const exit = execution.history.find((event) => event.stateExitedEventDetails?.name === 'B');
    expect(exit?.stateExitedEventDetails?.assignedVariables).toEqual({ x: '2', y: '11' });
  });

  it('of an outer scope are read in branches, those of a branch stay in it', async () => {
    const { result } = await run({
      A: { Type: 'Pass', Assign: { outer: 'o' }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [
          branch({
            I: { Type: 'Pass', Assign: { own: 1 }, Next: 'J' },
            J: { ...end, Output: ['{% $outer %}', '{% $own %}'] },
          }),
          branch({ K: { ...end, Output: '{% $exists($own) %}' } }),
        ],
        Next: 'Z',
      },
      Z: { ...end, Output: ['{% $states.input %}', '{% $exists($own) %}'] },
    });
    expect(result.output).toEqual([[['o', 1], false], false]);
  });

  it('of a Choice come from the rule taken, or from the state when the Default is', async () => {
    const choice = {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $states.input.n = 1 %}', Next: 'Z', Assign: { by: 'rule' }, Output: 'r' },
      ],
      Default: 'Z',
      Assign: { by: 'default' },
      Output: 'd',
    };
    const states = { C: choice, Z: { ...end, Output: '{% $states.input & $by %}' } };
    expect((await run(states, { input: { n: 1 } })).result.output).toBe('rrule');
    expect((await run(states, { input: { n: 2 } })).result.output).toBe('ddefault');
  });

  it('and outputs above 256 KiB are refused', async () => {
    const big = "{% $join($map([1..5000], function($i) { $string($i + 10000000000) & '' })) %}";
    const huge = { a: big, b: big, c: big, d: big, e: big, f: big };
    const assigned = await run({ A: { ...end, Assign: huge } });
    expect(assigned.result.error).toBe('States.DataLimitExceeded');
    const output = await run({ A: { ...end, Output: huge } });
    expect(output.result.error).toBe('States.DataLimitExceeded');
  });
});

describe('expressions', () => {
  it.each<[string, Json, RegExp]>([
    ['that throw', "{% 'a' + 1 %}", /'Output' threw an error during evaluation\. T2001: /],
    ['that return a function', '{% $sum %}', /returned an unsupported type/],
    ['that hold a function', "{% {'f': $sum} %}", /returned an unsupported type/],
    ['deep in a template', { a: [{ b: '{% $x %}' }] }, /for the field 'Output\/a\[0\]\/b'/],
    ['over the whole document', '{% $ %}', /returned nothing/],
    ['that use $states.result in a Pass', '{% $states.result %}', /returned nothing/],
    ['without end', '{% ($f := function($x) { $f($x) }; $f(1)) %}', /takes too long/],
    ['that seed $random', '{% $random(1) %}', /\$random\(seed\) is not modelled/],
    ['with a bad hash', "{% $hash('a', 'CRC') %}", /must be one of MD5, SHA-1/],
    ['with a step of 0', '{% $range(1, 2, 0) %}', /step must not be 0/],
    ['with a long range', '{% $range(1, 2000, 1) %}', /more than 1000 elements/],
    ['that parse nonsense', "{% $parse('{') %}", /threw an error/],
  ])('%s fail', async (_, output, cause) => {
    expect(await causeOf(output)).toMatch(cause);
  });

  it.each<[string, Json, Json]>([
    ['plain strings', 'a {% 1 %} b', 'a {% 1 %} b'],
    ['null', '{% null %}', null],
    ['one-element arrays', '{% [1] %}', [1]],
    ['paths that flatten', '{% $states.input.list.a %}', [1, 2]],
    ['$partition', '{% $partition([1,2,3,4,5], 2) %}', [[1, 2], [3, 4], [5]]],
    ['$range', '{% $range(0, 10, 5) %}', [0, 5, 10]],
    ['$parse', '{% $parse(\'{"a":[1]}\').a %}', [1]],
    ['$hash', "{% $hash('', 'MD5') %}", 'd41d8cd98f00b204e9800998ecf8427e'],
    ['$random', '{% $random() %}', 0.5],
    ['$uuid', '{% $uuid() %}', '88888888-8888-4888-a888-888888888888'],
    ['$shuffle', '{% $count($shuffle([1,2,3])) %}', 3],
    ['$now', '{% $now() %}', '2026-01-01T00:00:00.000Z'],
    ['$now with a picture', "{% $now('[Y]-[M01]', '+0000') %}", '2026-01'],
    ['$millis', '{% $millis() %}', Date.parse('2026-01-01T00:00:00Z')],
  ])('give %s', async (_, output, expected) => {
    expect(await outputOf(output, { list: [{ a: 1 }, { a: 2 }] })).toEqual(expected);
  });

  it('see the context of the execution and the state', async () => {
    expect(await outputOf('{% $states.context %}', 5)).toEqual({
      Execution: {
        Id: 'arn:aws:states:eu-west-1:123456789012:execution:machine:run',
        Input: 5,
        Name: 'run',
        StartTime: '2026-01-01T00:00:00.000Z',
        RedriveCount: 0,
      },
      State: { Name: 'A', EnteredTime: '2026-01-01T00:00:00.000Z', RetryCount: 0 },
      StateMachine: {
        Id: 'arn:aws:states:eu-west-1:123456789012:stateMachine:machine',
        Name: 'machine',
      },
    });
  });

  it('tell the time of the clock, not of the machine', async () => {
    const { result } = await run({
      W: { Type: 'Wait', Seconds: 90, Next: 'A' },
      A: { ...end, Output: '{% $now() %}' },
    });
    expect(result.output).toBe('2026-01-01T00:01:30.000Z');
  });
});

describe('Choice, Wait and Fail', () => {
  it('fails when no rule matches and there is no Default', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: false, Next: 'Z' }] };
    const { result } = await run({ C: choice, Z: end });
    expect(result.error).toBe('States.NoChoiceMatched');
  });

  it('fails when a Condition is no boolean', async () => {
    const choice = { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'Z' }] };
    const { result } = await run({ C: choice, Z: end });
    expect(result.cause).toMatch(/Expected 'boolean', but was 'number' for value: 1/);
  });

  it.each([-1, 1.5, 'x'])('refuses to wait for %p seconds', async (seconds) => {
    const wait = { Type: 'Wait', Seconds: '{% $states.input %}', End: true };
    const { result } = await run({ W: wait }, { input: seconds });
    expect(result.error).toBe('States.QueryEvaluationError');
  });

  it('waits until a Timestamp', async () => {
    const wait = { Type: 'Wait', Timestamp: '2026-01-01T02:00:00.5+01:00', End: true };
    expect((await run({ W: wait })).elapsed()).toBe(3600.5);
  });

  it('fails with evaluated words', async () => {
    const fail = { Type: 'Fail', Error: '{% $states.input.e %}', Cause: 'plain' };
    const { result } = await run({ F: fail }, { input: { e: 'NotReadyError' } });
    expect(result).toEqual({ status: 'FAILED', error: 'NotReadyError', cause: 'plain' });
  });

  it('reports an Output that fails after the task has succeeded', async () => {
    const task = { Type: 'Task', Resource: FUNCTION, End: true, Output: '{% $states.result.x %}' };
    const { result } = await run({ A: task }, { invoke: async () => ({}) });
    expect(result.error).toBe('States.QueryEvaluationError');
    const failing = await run({ A: task }, { invoke: () => Promise.reject(failure('E')) });
    expect(failing.result.error).toBe('E');
  });
});
