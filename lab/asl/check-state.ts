import type { State } from './definition.ts';
import {
  compile,
  describeJsonataError,
  expressionIn,
  freeNames,
  isBrokenExpression,
  templateStrings,
} from './expressions.ts';
import type { FoundExpression } from './expressions.ts';
import { isRecord } from './json.ts';
import { isTimestamp } from './timestamp.ts';

const JSONATA_FIELDS = ['Arguments', 'Assign', 'Items', 'ItemSelector', 'Output', 'Choices'];
const INVOKE_ARGUMENTS = ['FunctionName', 'Payload'];
const VARIABLE_NAME = /^[\p{ID_Start}_][\p{ID_Continue}]{0,79}$/u;

function checkFlow(state: State): string[] {
  if (!('Next' in state || 'End' in state)) {
    const free = ['Choice', 'Succeed', 'Fail'].includes(state.Type);
    return free ? [] : ["needs 'Next' (a state's name) or 'End' (true)"];
  }
  return state.Next !== undefined && state.End !== undefined
    ? ["has both 'Next' and 'End'; keep one"]
    : [];
}

function checkWait(state: State): string[] {
  if (state.Type !== 'Wait') return [];
  if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
    return ["needs exactly one of 'Seconds' and 'Timestamp'"];
  }
  const { Timestamp } = state;
  if (Timestamp === undefined || expressionIn(Timestamp) !== undefined) return [];
  return isTimestamp(Timestamp)
    ? []
    : [`field 'Timestamp': '${Timestamp}' is not a date like 2026-03-14T01:59:00Z`];
}

function checkArguments(state: State): string[] {
  if (state.Type !== 'Task' || state.kind === 'function') return [];
  const { Arguments } = state;
  if (typeof Arguments === 'string' && expressionIn(Arguments) !== undefined) return [];
  if (!isRecord(Arguments) || Arguments['FunctionName'] === undefined) {
    return ["field 'Arguments': needs FunctionName (and Payload) for lambda:invoke"];
  }
  return Object.keys(Arguments)
    .filter((key) => !INVOKE_ARGUMENTS.includes(key))
    .map((key) => `field 'Arguments/${key}' is unknown; allowed are FunctionName, Payload`);
}

function checkRetry(state: State): string[] {
  const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
  return retriers.flatMap(({ MaxDelaySeconds, IntervalSeconds }, index) =>
    MaxDelaySeconds !== undefined && MaxDelaySeconds <= IntervalSeconds
      ? [`field 'Retry[${index}]/MaxDelaySeconds': must be greater than IntervalSeconds`]
      : [],
  );
}

function checkExpression({ field, source: text }: FoundExpression): string[] {
  if (isBrokenExpression(text)) {
    return [
      `field '${field}': an expression starts with '{%' and ends with '%}', no blanks around`,
    ];
  }
  const source = expressionIn(text);
  if (source === undefined) return [];
  try {
    compile(source);
  } catch (thrown) {
    return [`field '${field}': '${source}' is not JSONata: ${describeJsonataError(thrown)}`];
  }
  return freeNames(source).includes('eval')
    ? [`field '${field}': $eval is not available in Step Functions; use $parse`]
    : [];
}

/** Names a state assigns, in its own Assign and those of its rules and catchers. */
export function assignedNames(state: State): string[] {
  const own = 'Assign' in state ? [state.Assign] : [];
  const rules = state.Type === 'Choice' ? state.Choices.map((rule) => rule.Assign) : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []).map((catcher) => catcher.Assign) : [];
  return [...own, ...rules, ...catchers].flatMap((assign) => Object.keys(assign ?? {}));
}

function checkVariables(state: State): string[] {
  return assignedNames(state)
    .filter((name) => name === 'states' || !VARIABLE_NAME.test(name))
    .map((name) => `field 'Assign': '${name}' cannot be a variable's name`);
}

// Without JSONata a state may only use fields that mean the same in both languages.
function checkLanguage(state: State, language: string): string[] {
  if (language === 'JSONata') return [];
  const used = JSONATA_FIELDS.filter((field) => field in state);
  const evaluated = templateStrings(state).filter(
    ({ source }) => expressionIn(source) !== undefined,
  );
  return [...used, ...evaluated.map(({ field }) => field)].map(
    (field) => `field '${field}': needs "QueryLanguage": "JSONata"`,
  );
}

/** Problems of a single state that its schema does not see. */
export function checkState(state: State, language: string): string[] {
  return [
    ...checkFlow(state),
    ...checkWait(state),
    ...checkArguments(state),
    ...checkRetry(state),
    ...checkVariables(state),
    ...templateStrings(state).flatMap(checkExpression),
    ...checkLanguage(state, language),
  ].map((problem) => `State '${state.name}': ${problem}`);
}
