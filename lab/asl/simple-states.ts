import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from './definition.ts';
import { StateError } from './errors.ts';
import { QueryProblem, unexpectedType } from './evaluate.ts';
import { parseTimestamp } from './timestamp.ts';
import type { Exit, Visit } from './visit.ts';

/** Pass and Succeed: shape the data and go on, or end the scope. */
export function runPass(visit: Visit<PassState | SucceedState>): Exit | Promise<Exit> {
  const { state, frame } = visit;
  return visit.leave(state, frame.input, state.Type === 'Pass' ? state.Next : undefined);
}

/** Choice: the first rule whose Condition holds; else the Default with the state's own Output. */
export async function runChoice(visit: Visit<ChoiceState>): Promise<Exit> {
  const { state, frame } = visit;
  for (const [index, rule] of state.Choices.entries()) {
    const field = `Choices[${index}]/Condition`;
    const holds = await visit.evaluate(field, rule.Condition);
    if (typeof holds !== 'boolean') {
      visit.fail(unexpectedType(field, rule.Condition, 'boolean', holds));
    }
    if (holds) return await visit.leave(rule, frame.input, rule.Next, {}, `Choices[${index}]/`);
  }
  if (state.Default === undefined) {
    throw new StateError(
      'States.NoChoiceMatched',
      `${visit.describe()} Failed to transition out of the state. ` +
        'The state does not point to a next state.',
    );
  }
  return await visit.leave(state, frame.input, state.Default);
}

async function waitMilliseconds(visit: Visit<WaitState>): Promise<number> {
  const { Seconds, Timestamp } = visit.state;
  if (Seconds !== undefined) return (await visit.evaluateNumber('Seconds', Seconds, 0)) * 1000;
  if (Timestamp === undefined) throw new Error('a parsed Wait has Seconds or Timestamp');
  const text = await visit.evaluateString('Timestamp', Timestamp);
  const at = parseTimestamp(text);
  if (at === undefined) {
    visit.fail(
      new QueryProblem(
        'Timestamp',
        'The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time ' +
          `format string: ${text}`,
      ),
    );
  }
  return at - visit.thread.context.clock.now().getTime();
}

/** Wait: until the time is over. A time in the past is over at once. */
export async function runWait(visit: Visit<WaitState>): Promise<Exit> {
  const { state, frame, thread } = visit;
  const milliseconds = await waitMilliseconds(visit);
  if (milliseconds > 0) await thread.context.clock.sleep(milliseconds, thread.signal);
  return await visit.leave(state, frame.input, state.Next);
}

/** Fail: ends the scope with its error. Never returns. */
export async function runFail(visit: Visit<FailState>): Promise<never> {
  const { Error: error, Cause: cause } = visit.state;
  throw new StateError(
    error === undefined ? undefined : await visit.evaluateString('Error', error),
    cause === undefined ? undefined : await visit.evaluateString('Cause', cause),
  );
}
