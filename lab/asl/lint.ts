import { allStates } from './definition.ts';
import type { MapState, ParallelState, State, StateMachine, TaskState } from './definition.ts';
import { expressionIn, stringsIn } from './expressions.ts';
import { unassignedVariables } from './lint-variables.ts';

/** Something AWS accepts and that fails, or is never noticed, at run time. */
export interface Finding {
  readonly rule: LintRule;
  readonly state: string;
  readonly message: string;
}

/** The checks, by name. */
type LintRule =
  | 'heartbeat-below-timeout'
  | 'states-all-alone-and-last'
  | 'token-is-passed'
  | 'known-error-names'
  | 'variables-are-assigned'
  | 'task-has-timeout'
  | 'task-has-retry'
  | 'task-has-catch';

type Handling = TaskState | MapState | ParallelState;

const STATES_ERRORS = [
  'States.ALL',
  'States.BranchFailed',
  'States.DataLimitExceeded',
  'States.ExceedToleratedFailureThreshold',
  'States.HeartbeatTimeout',
  'States.Http.Socket',
  'States.IntrinsicFailure',
  'States.ItemReaderFailed',
  'States.NoChoiceMatched',
  'States.ParameterPathFailure',
  'States.Permissions',
  'States.QueryEvaluationError',
  'States.ResultPathMatchFailure',
  'States.ResultWriterFailed',
  'States.Runtime',
  'States.TaskFailed',
  'States.Timeout',
];

function checkHeartbeat({ TimeoutSeconds, HeartbeatSeconds }: TaskState): string[] {
  if (typeof TimeoutSeconds !== 'number' || typeof HeartbeatSeconds !== 'number') return [];
  return HeartbeatSeconds < TimeoutSeconds
    ? []
    : [
        `HeartbeatSeconds (${HeartbeatSeconds}) is not below TimeoutSeconds (${TimeoutSeconds}): ` +
          'a missed heartbeat is never noticed before the timeout',
      ];
}

function checkStatesAll(state: Handling): string[] {
  const lists = { Retry: state.Retry ?? [], Catch: state.Catch ?? [] };
  return Object.entries(lists).flatMap(([field, entries]) =>
    entries.flatMap(({ ErrorEquals }, index) => {
      if (!ErrorEquals.includes('States.ALL')) return [];
      const at = `${field}[${index}]`;
      const alone = ErrorEquals.length === 1 ? [] : [`${at}: States.ALL must stand alone`];
      const last = index === entries.length - 1 ? [] : [`${at}: States.ALL must be last`];
      return [...alone, ...last];
    }),
  );
}

function checkToken(state: TaskState): string[] {
  if (state.kind !== 'waitForTaskToken') return [];
  const sources = stringsIn(state.Arguments ?? null, 'Arguments').map(({ source }) => source);
  const passesIt = sources.some((text) =>
    /\$states\s*\.\s*context(\s*\.\s*Task(\s*\.\s*Token)?)?\s*(?![\w.\s])/.test(
      expressionIn(text) ?? '',
    ),
  );
  return passesIt
    ? []
    : ['Arguments never pass $states.context.Task.Token: nobody can answer the task'];
}

function checkErrorNames(state: Handling): string[] {
  return [...(state.Retry ?? []), ...(state.Catch ?? [])]
    .flatMap(({ ErrorEquals }) => ErrorEquals)
    .filter((name) => /^states\./i.test(name) && !STATES_ERRORS.includes(name))
    .map((name) => `'${name}' is no error of Step Functions and matches nothing`);
}

function about(rule: LintRule, state: State, messages: readonly string[]): Finding[] {
  return messages.map((message) => ({ rule, state: state.name, message }));
}

function lintTask(state: TaskState): Finding[] {
  const lacks = (field: 'TimeoutSeconds' | 'Retry' | 'Catch', why: string) =>
    state[field] === undefined ? [`has no ${field}: ${why}`] : [];
  const timeout = lacks('TimeoutSeconds', 'it may hang for as long as the execution lasts');
  return [
    ...about('heartbeat-below-timeout', state, checkHeartbeat(state)),
    ...about('token-is-passed', state, checkToken(state)),
    ...about('task-has-timeout', state, timeout),
    ...about('task-has-retry', state, lacks('Retry', 'a passing fault ends the execution')),
    ...about('task-has-catch', state, lacks('Catch', 'a failure ends the execution unannounced')),
  ];
}

/** What is wrong with a machine that parses, state by state. Empty is good. */
export function lintStateMachine(machine: StateMachine): Finding[] {
  const unassigned = unassignedVariables(machine);
  return allStates(machine).flatMap((state) => [
    ...(state.Type === 'Task' ? lintTask(state) : []),
    ...('Retry' in state || 'Catch' in state
      ? [
          ...about('states-all-alone-and-last', state, checkStatesAll(state)),
          ...about('known-error-names', state, checkErrorNames(state)),
        ]
      : []),
    ...about(
      'variables-are-assigned',
      state,
      (unassigned.get(state) ?? []).map(
        (name) => `$${name} is assigned on no path that leads here`,
      ),
    ),
  ]);
}
