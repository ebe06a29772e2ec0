import type { Json } from '../../core/json.ts';
import { jsonText } from './json.ts';
import { runMap, runParallel } from './branches.ts';
import { stateNamed } from './definition.ts';
import type { Catcher, MapState, ParallelState, Retrier, State, TaskState } from './definition.ts';
import { Aborted, StateError } from './errors.ts';
import { matchesError, retryDelaySeconds } from './retry.ts';
import { runChoice, runFail, runPass, runWait } from './simple-states.ts';
import { runTask } from './task.ts';
import type { Frame, Thread } from './thread.ts';
import { Visit } from './visit.ts';
import type { Exit } from './visit.ts';

/** Runs a scope from where its frame stands. Throws StateError when a state fails uncaught. */
export async function runScope(frame: Frame, thread: Thread): Promise<Json> {
  for (;;) {
    const { output, assigned, next } = await runState(frame, thread);
    frame.assign(assigned);
    if (next === undefined) return output;
    frame.moveTo(next, output);
  }
}

async function runState(frame: Frame, thread: Thread): Promise<Exit> {
  const state = stateNamed(frame.scope, frame.stateName);
  const entered = frame.entered ?? enter(state, frame, thread);
  frame.entered = entered;
  try {
    const exit = await runByType(state, frame, thread, entered);
    if (state.Type !== 'Fail') recordExit(state, exit, thread);
    return exit;
  } catch (thrown) {
    if (thrown instanceof Aborted) noteAbort(state, thread);
    // A redrive enters a Fail state again; every other state goes on where it stood.
    if (state.Type === 'Fail') frame.entered = undefined;
    throw thrown;
  }
}

function enter(state: State, frame: Frame, thread: Thread): NonNullable<Frame['entered']> {
  const at = thread.context.clock.now();
  const { input } = frame;
  const details = {
    name: state.name,
    get input() {
      return jsonText(input);
    },
  };
  const eventId = thread.record(`${state.Type}StateEntered`, { stateEnteredEventDetails: details });
  return { eventId, at };
}

function recordExit(
  { Type, name }: Exclude<State, { Type: 'Fail' }>,
  { output, assigned }: Exit,
  thread: Thread,
): void {
  // Few read the texts of a history, and most of them are long: whoever reads one makes it.
  const stateExitedEventDetails =
    Object.keys(assigned).length === 0
      ? {
          name,
          get output() {
            return jsonText(output);
          },
        }
      : {
          name,
          get output() {
            return jsonText(output);
          },
          get assignedVariables() {
            const texts = Object.entries(assigned).map(([key, to]) => [key, jsonText(to)] as const);
            return Object.fromEntries(texts);
          },
        };
  thread.record(`${Type}StateExited`, { stateExitedEventDetails });
}

function noteAbort({ Type }: State, thread: Thread): void {
  if (Type === 'Task' || Type === 'Wait' || Type === 'Map' || Type === 'Parallel') {
    thread.noteAbort(`${Type}StateAborted`);
  }
}

function runByType(
  state: State,
  frame: Frame,
  thread: Thread,
  entered: NonNullable<Frame['entered']>,
): Exit | Promise<Exit> {
  switch (state.Type) {
    case 'Task': {
      const visit = new Visit(state, frame, thread, entered);
      return withRetries(visit, () => runTask(visit));
    }
    case 'Parallel': {
      const visit = new Visit(state, frame, thread, entered);
      return withRetries(visit, () => runParallel(visit, runScope));
    }
    case 'Map': {
      const visit = new Visit(state, frame, thread, entered);
      return withRetries(visit, () => runMap(visit, runScope));
    }
    case 'Choice':
      return runChoice(new Visit(state, frame, thread, entered));
    case 'Wait':
      return runWait(new Visit(state, frame, thread, entered));
    case 'Pass':
    case 'Succeed':
      return runPass(new Visit(state, frame, thread, entered));
    case 'Fail':
      return runFail(new Visit(state, frame, thread, entered));
  }
}

type Retrying = TaskState | MapState | ParallelState;

async function withRetries(visit: Visit<Retrying>, attempt: () => Promise<Exit>): Promise<Exit> {
  const retries = new Map<Retrier, number>();
  for (;;) {
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof StateError)) throw thrown;
      const retrier = visit.state.Retry?.find((each) => matchesError(each.ErrorEquals, thrown));
      const retry = retrier ? (retries.get(retrier) ?? 0) + 1 : 0;
      recordFailedAttempt(visit);
      if (!retrier || retry > retrier.MaxAttempts) return await catchError(visit, thrown);
      retries.set(retrier, retry);
      await prepareRetry(visit, retrier, retry);
    }
  }
}

function recordFailedAttempt({ state, thread }: Visit<Retrying>): void {
  if (state.Type !== 'Task') thread.record(`${state.Type}StateFailed`);
}

async function prepareRetry(
  visit: Visit<Retrying>,
  retrier: Retrier,
  retry: number,
): Promise<void> {
  const { clock, random } = visit.thread.context;
  visit.retryCount += 1;
  // A retried Map or Parallel starts all over; only a redrive keeps what succeeded.
  visit.frame.children = undefined;
  await clock.sleep(retryDelaySeconds(retrier, retry, random) * 1000, visit.thread.signal);
}

async function catchError(visit: Visit<Retrying>, thrown: StateError): Promise<Exit> {
  const catchers: readonly Catcher[] = visit.state.Catch ?? [];
  const index = catchers.findIndex((catcher) => matchesError(catcher.ErrorEquals, thrown));
  const catcher = catchers[index];
  if (!catcher) throw thrown;
  const errorOutput = thrown.toOutput();
  return await visit.leave(catcher, errorOutput, catcher.Next, { errorOutput }, `Catch[${index}]/`);
}
