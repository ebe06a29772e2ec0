import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { AslError } from '../../../lab/asl/errors.ts';
import { parseStateMachine } from '../../../lab/asl/parse.ts';
import { CALLBACK, FUNCTION, INVOKE } from './support.ts';

type States = Record<string, Json>;
const pass = { Type: 'Pass', End: true };
const task = { Type: 'Task', Resource: FUNCTION, End: true };
const inner = { StartAt: 'Inner', States: { Inner: pass } };

function problemsOf(definition: unknown): readonly string[] {
  try {
    parseStateMachine(definition);
  } catch (thrown) {
    if (thrown instanceof AslError) return thrown.problems;
    throw thrown;
  }
  return [];
}

function problemsIn(states: States, fields: States = {}): readonly string[] {
  const [StartAt] = Object.keys(states);
  return problemsOf({ QueryLanguage: 'JSONata', StartAt, States: states, ...fields });
}

const refusals: [string, States, RegExp][] = [
  ['an unknown field', { A: { ...pass, Foo: 1 } }, /^State 'A': field 'Foo' is unknown; allowed/],
  ['an unknown type', { A: { Type: 'Loop' } }, /State 'A': Type "Loop" is unknown; allowed are Ta/],
  ['a missing type', { A: { End: true } }, /State 'A': Type is missing/],
  ['a state that is no object', { A: 'Pass' }, /State 'A': Type is missing/],
  ['Next to nowhere', { A: { Type: 'Pass', Next: 'B' } }, /'A': Next 'B' names no state/],
  [
    'Catch to nowhere',
    { A: { ...task, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] } },
    /State 'A': Next 'B' names no state/,
  ],
  ['an unreachable state', { A: pass, B: pass }, /State 'B': no path from StartAt leads here/],
  ['neither Next nor End', { A: { Type: 'Pass' } }, /State 'A': needs 'Next'/],
  ['Next and End', { A: { ...pass, Next: 'A' } }, /State 'A': has both/],
  ['End on a Choice', { A: { Type: 'Choice', Choices: [], End: true } }, /field 'End' is unknown/],
  ['a Choice without rules', { A: { Type: 'Choice', Choices: [] } }, /field 'Choices'/],
  [
    'an unknown field in a rule',
    { A: { Type: 'Choice', Choices: [{ Condition: true, Next: 'A', And: [] }] } },
    /State 'A': field 'Choices\/0\/And' is unknown/,
  ],
  [
    'a JSONPath rule',
    { A: { Type: 'Choice', Choices: [{ Variable: '$.x', Next: 'A' }] } },
    /field 'Choices\/0\/Variable' belongs to JSONPath, which is not modelled; use Condition/,
  ],
  ['ResultPath', { A: { ...task, ResultPath: '$' } }, /'A': field 'ResultPath' belongs to JSONPa/],
  [
    'a SDK integration',
    { A: { ...task, Resource: 'arn:aws:states:::sns:publish' } },
    /not modelle/,
  ],
  ['invoke without a function', { A: { ...task, Resource: INVOKE } }, /needs FunctionName/],
  [
    'an unknown argument of invoke',
    { A: { ...task, Resource: INVOKE, Arguments: { FunctionName: 'f', InvocationType: 'Event' } } },
    /field 'Arguments\/InvocationType' is unknown/,
  ],
  ['Credentials', { A: { ...task, Credentials: {} } }, /field 'Credentials' is unknown/],
  ['a timeout of zero', { A: { ...task, TimeoutSeconds: 0 } }, /field 'TimeoutSeconds': must be/],
  ['a timeout in words', { A: { ...task, TimeoutSeconds: 'soon' } }, /'TimeoutSeconds': must be/],
  [
    'a BackoffRate below 1',
    { A: { ...task, Retry: [{ ErrorEquals: ['E'], BackoffRate: 0.5 }] } },
    /field 'Retry\/0\/BackoffRate'/,
  ],
  [
    'a MaxDelay not above the interval',
    { A: { ...task, Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 5, MaxDelaySeconds: 5 }] } },
    /field 'Retry\[0\]\/MaxDelaySeconds': must be greater/,
  ],
  ['an empty ErrorEquals', { A: { ...task, Retry: [{ ErrorEquals: [] }] } }, /Retry\/0\/ErrorEqua/],
  ['bad JSONata', { A: { ...pass, Output: '{% 1 + %}' } }, /field 'Output': '1 \+' is not JSONata/],
  [
    'bad JSONata deep inside',
    { A: { ...pass, Output: { a: [{ b: '{% ( %}' }] } } },
    /field 'Output\/a\[0\]\/b'/,
  ],
  ['$eval', { A: { ...pass, Output: "{% $eval('1') %}" } }, /\$eval is not available/],
  ['a broken expression', { A: { ...pass, Output: ' {% 1 %}' } }, /starts with '\{%'/],
  ['a bad variable name', { A: { ...pass, Assign: { 'a-b': 1 } } }, /'a-b' cannot be a variable/],
  ['the name states', { A: { ...pass, Assign: { states: 1 } } }, /'states' cannot be a variable/],
  ['Wait without a time', { A: { Type: 'Wait', End: true } }, /exactly one of 'Seconds' and 'Time/],
  [
    'Wait with two times',
    { A: { Type: 'Wait', Seconds: 1, Timestamp: '2026-01-01T00:00:00Z', End: true } },
    /exactly one of/,
  ],
  [
    'a bad Timestamp',
    { A: { Type: 'Wait', Timestamp: 'noon', End: true } },
    /'noon' is not a date/,
  ],
  [
    'a distributed Map',
    { A: { Type: 'Map', End: true, ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'D' } } } },
    /State 'A', ItemProcessor, field 'ProcessorConfig\/Mode': must be INLINE/,
  ],
  [
    'an ItemReader',
    { A: { Type: 'Map', End: true, ItemProcessor: inner, ItemReader: {} } },
    /field 'ItemReader' is unknown/,
  ],
  ['a Map without a processor', { A: { Type: 'Map', End: true } }, /ItemProcessor/],
  ['a Parallel without branches', { A: { Type: 'Parallel', End: true, Branches: [] } }, /Branches/],
  [
    'Next out of a branch',
    {
      A: {
        Type: 'Parallel',
        Next: 'B',
        Branches: [{ StartAt: 'I', States: { I: { Type: 'Pass', Next: 'B' } } }],
      },
      B: pass,
    },
    /State 'I': Next 'B' names no state of its scope/,
  ],
  [
    'the same name inside and outside',
    { Inner: { Type: 'Parallel', End: true, Branches: [inner] } },
    /State 'Inner': the name is used twice/,
  ],
  [
    'assigning a variable of an outer scope',
    {
      A: {
        Type: 'Parallel',
        End: true,
        Assign: { x: 1 },
        Branches: [{ StartAt: 'I', States: { I: { ...pass, Assign: { x: 2 } } } }],
      },
    },
    /State 'I': field 'Assign': the variable 'x' belongs to an outer scope/,
  ],
  ['a name of 81 characters', { ['x'.repeat(81)]: pass }, /longer than 80/],
  [
    'JSONPath as a language',
    { A: { ...pass, QueryLanguage: 'JSONPath', Output: 1 } },
    /'Output': n/,
  ],
];

describe('the parser', () => {
  it.each(refusals)('refuses %s', (_, states, problem) => {
    expect(problemsIn(states).join('\n')).toMatch(problem);
  });

  it('refuses what is no definition', () => {
    expect(problemsOf('x')[0]).toMatch(/^State machine: /);
    expect(problemsOf({ States: { A: pass } })[0]).toMatch(/State machine, field 'StartAt'/);
    expect(problemsOf({ StartAt: 'A', States: {} })[0]).toMatch(/States is empty/);
    expect(problemsIn({ A: pass }, { StartAt: 'B' })[0]).toMatch(/StartAt 'B' names no state/);
    expect(problemsIn({ A: pass }, { Foo: 1 })[0]).toMatch(/State machine: field 'Foo' is unknown/);
  });

  it('refuses expressions where the language is not JSONata', () => {
    const wait = { Type: 'Wait', Seconds: '{% 1 %}', End: true };
    expect(problemsOf({ StartAt: 'A', States: { A: wait } })[0]).toMatch(/'Seconds': needs "Query/);
  });

  it('lists every problem at once', () => {
    expect(problemsIn({ A: { ...pass, Foo: 1, Bar: 2 }, B: { Type: 'X' } })).toHaveLength(3);
  });

  it('reads every field it knows', () => {
    const retry = { ErrorEquals: ['E'], MaxDelaySeconds: 9, JitterStrategy: 'FULL', Comment: 'c' };
    const caught = { ErrorEquals: ['States.ALL'], Next: 'C', Output: 1, Assign: { e: 1 } };
    const states = {
      A: {
        Type: 'Task',
        Comment: 'c',
        Resource: CALLBACK,
        Arguments: { FunctionName: 'f', Payload: '{% $states.context.Task.Token %}' },
        TimeoutSeconds: '{% 5 %}',
        HeartbeatSeconds: 1,
        Retry: [retry],
        Catch: [caught],
        Output: 1,
        Assign: { a: 1 },
        Next: 'B',
      },
      B: {
        Type: 'Map',
        Items: [1, '{% $a %}'],
        ItemSelector: '{% $states.context.Map.Item %}',
        MaxConcurrency: '{% 2 %}',
        ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'INLINE' } },
        Next: 'C',
      },
      C: { Type: 'Succeed', Output: 1 },
    };
    expect(problemsIn(states, { Comment: 'c', Version: '1.0', TimeoutSeconds: 9 })).toEqual([]);
  });
});
