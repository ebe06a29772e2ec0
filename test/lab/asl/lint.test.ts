import { describe, expect, it } from '@jest/globals';
import type { Json } from '../../../core/json.ts';
import { lintStateMachine } from '../../../lab/asl/lint.ts';
import { parseStateMachine } from '../../../lab/asl/parse.ts';
import { CALLBACK, FUNCTION } from './support.ts';

type Fields = Record<string, Json>;

const good = {
  Type: 'Task',
  Resource: FUNCTION,
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ['Lambda.ServiceException'] }],
  Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
  Next: 'Z',
};
const waiting = { ...good, Resource: CALLBACK };
const Z = { Type: 'Pass', End: true };

function lint(states: Fields): string[] {
  const [StartAt] = Object.keys(states);
  const machine = parseStateMachine({ QueryLanguage: 'JSONata', StartAt, States: states });
  return lintStateMachine(machine).map(({ rule, state, message }) => {
    return `${rule}: ${state}: ${message}`;
  });
}

function without(field: string): Fields {
  return Object.fromEntries(Object.entries(good).filter(([key]) => key !== field));
}

const passingToken = (payload: Json) => ({
  ...waiting,
  Arguments: { FunctionName: 'f', Payload: payload },
});

const broken: [string, Fields, RegExp][] = [
  [
    'no timeout',
    { A: without('TimeoutSeconds'), Z },
    /^task-has-timeout: A: has no TimeoutSeconds/,
  ],
  ['no Retry', { A: without('Retry'), Z }, /^task-has-retry: A: /],
  ['no Catch', { A: without('Catch'), Z }, /^task-has-catch: A: /],
  [
    'a heartbeat as long as the timeout',
    { A: { ...good, HeartbeatSeconds: 60 }, Z },
    /^heartbeat-/,
  ],
  [
    'States.ALL before another retrier',
    { A: { ...good, Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }, Z },
    /^states-all-alone-and-last: A: Retry\[0\]: States.ALL must be last/,
  ],
  [
    'States.ALL with another name',
    { A: { ...good, Catch: [{ ErrorEquals: ['E', 'States.ALL'], Next: 'Z' }] }, Z },
    /^states-all-alone-and-last: A: Catch\[0\]: States.ALL must stand alone/,
  ],
  [
    'a misspelt error',
    { A: { ...good, Retry: [{ ErrorEquals: ['States.TimeOut'] }] }, Z },
    /^known-error-names: A: 'States.TimeOut'/,
  ],
  [
    'an error in the wrong case',
    { A: { ...good, Retry: [{ ErrorEquals: ['states.Timeout'] }] }, Z },
    /^known-error-names: A: 'states.Timeout'/,
  ],
  ['a token that is never passed', { A: passingToken({}), Z }, /^token-is-passed: A: /],
  [
    'a token that is only written out',
    { A: passingToken('$states.context.Task.Token'), Z },
    /^token-is-passed: A: /,
  ],
  [
    'another part of the context instead of the token',
    { A: passingToken('{% $states.context.Execution.Id %}'), Z },
    /^token-is-passed: A: /,
  ],
  [
    'a variable that nobody assigns',
    { A: { ...Z, Output: { a: ['{% $sum($x.y) + $count([]) %}'] } } },
    /^variables-are-assigned: A: \$x is assigned on no path/,
  ],
  ['an unknown function', { A: { ...Z, Output: '{% $sume([1]) %}' } }, /\$sume is assigned on no/],
  [
    'a variable assigned only later',
    { A: { Type: 'Pass', Output: '{% $x %}', Assign: { x: 1 }, Next: 'Z' }, Z },
    /^variables-are-assigned: A: \$x/,
  ],
  [
    'a variable of success after a failure',
    {
      A: {
        ...good,
        Assign: { x: 1 },
        Next: 'B',
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }],
      },
      B: { Type: 'Succeed' },
      Z: { ...Z, Output: '{% $x %}' },
    },
    /^variables-are-assigned: Z: \$x/,
  ],
  [
    'a variable of another branch',
    {
      P: {
        Type: 'Parallel',
        End: true,
        Branches: [
          {
            StartAt: 'I',
            States: { I: { Type: 'Pass', Assign: { x: 1 }, Next: 'J' }, J: { Type: 'Succeed' } },
          },
          { StartAt: 'K', States: { K: { ...Z, Output: '{% $x %}' } } },
        ],
      },
    },
    /^variables-are-assigned: K: \$x/,
  ],
];

const fine: [string, Fields][] = [
  ['a complete task', { A: good, Z }],
  ['a short heartbeat', { A: { ...good, HeartbeatSeconds: 59 }, Z }],
  [
    'a token inside a larger expression',
    {
      A: passingToken("{% {'token': $states.context.Task.Token, 'x': 1} %}"),
      Z,
    },
  ],
  ['the whole context', { A: passingToken({ context: '{% $states.context %}' }), Z }],
  [
    'names that an expression binds itself',
    {
      A: { ...Z, Output: '{% ($y := 1; $map([1], function($v, $i) { $v + $i + $y })) %}' },
    },
  ],
  [
    'a variable from a loop',
    {
      A: { Type: 'Choice', Choices: [{ Condition: '{% $x > 1 %}', Next: 'Z' }], Default: 'B' },
      B: { Type: 'Pass', Assign: { x: 1 }, Next: 'A' },
      Z,
    },
  ],
  [
    'a variable of the outer scope in a Map',
    {
      A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
      M: {
        Type: 'Map',
        Items: [],
        ItemProcessor: { StartAt: 'I', States: { I: { ...Z, Output: '{% $x %}' } } },
        End: true,
      },
    },
  ],
];

describe('the linter', () => {
  it.each(broken)('finds %s', (_, states, finding) => {
    const findings = lint(states);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatch(finding);
  });

  it.each(fine)('accepts %s', (_, states) => {
    expect(lint(states)).toEqual([]);
  });
});
