import type { Json } from '../../core/json.ts';
import type { Stop } from '../stop.ts';
import type { MapState, ParallelState } from './definition.ts';
import { Aborted } from './errors.ts';
import { QueryProblem, unexpectedType } from './evaluate.ts';
import type { HistoryEventType } from './history.ts';
import { checkPayloadSize, isJsonArray, jsonText } from './json.ts';
import { Frame } from './thread.ts';
import type { Child, Thread } from './thread.ts';
import type { Exit, Visit } from './visit.ts';

/** Runs the states of a scope from where its frame stands, up to the output of the last one. */
export type RunScope = (frame: Frame, thread: Thread) => Promise<Json>;

// An inline Map without a limit of its own runs about this many iterations at once.
const INLINE_MAP_CONCURRENCY = 40;

interface Hooks {
  /** Makes the input of a child that starts; called once per child. */
  readonly start: (child: Child, thread: Thread) => Promise<Json>;
  readonly ended: (child: Child, thread: Thread, how: 'Succeeded' | 'Failed' | 'Aborted') => void;
  readonly threadOf: (child: Child, signal: Stop) => Thread;
}

interface Race {
  readonly visit: Visit<MapState | ParallelState>;
  readonly hooks: Hooks;
  readonly runScope: RunScope;
  readonly stop: Stop;
  readonly failures: unknown[];
  /** The line of each child that ran, in the order of the children. */
  readonly threads: Thread[];
}

async function runChild(race: Race, child: Child): Promise<void> {
  const { visit, hooks, stop } = race;
  const thread = hooks.threadOf(child, stop);
  race.threads[child.index] = thread;
  try {
    if (!child.frame) {
      const input = await hooks.start(child, thread);
      child.frame = new Frame(child.scope, input, visit.frame);
    }
    child.output = { value: await race.runScope(child.frame, thread) };
    hooks.ended(child, thread, 'Succeeded');
    visit.thread.lastEventId = thread.lastEventId;
  } catch (thrown) {
    if (thrown instanceof Aborted) {
      hooks.ended(child, thread, 'Aborted');
      return;
    }
    race.failures.push(thrown);
    try {
      if (!thread.signal.aborted) hooks.ended(child, thread, 'Failed');
    } finally {
      visit.thread.lastEventId = thread.lastEventId;
      stop.abort(new Aborted(thread.lastEventId));
    }
  }
}

/** Runs the children that have no output yet; the first failure aborts the others. */
async function runChildren(
  visit: Visit<MapState | ParallelState>,
  children: readonly Child[],
  concurrency: number,
  hooks: Hooks,
  runScope: RunScope,
): Promise<Json[]> {
  const stop = visit.thread.signal.fork();
  const race: Race = { visit, hooks, runScope, stop, failures: [], threads: [] };
  const queue = children.filter((child) => !child.output);
  const work = async () => {
    for (let child = queue.shift(); child && !stop.aborted; child = queue.shift()) {
      await runChild(race, child);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, queue.length) }, work);
  const endings = await Promise.allSettled(workers);
  // flat() also closes the gaps of children that never started.
  visit.thread.writeAborts(race.threads.flat());
  visit.thread.signal.throwIfAborted();
  if (race.failures.length > 0) throw race.failures[0];
  for (const ending of endings) if (ending.status === 'rejected') throw ending.reason;
  return children.flatMap((child) => (child.output ? [child.output.value] : []));
}

// The result is too large or an expression fails: AWS runs all branches again on a redrive.
async function finish(
  visit: Visit<MapState | ParallelState>,
  result: Json,
  succeeded: HistoryEventType,
): Promise<Exit> {
  try {
    checkPayloadSize(result, visit.state.name);
    visit.thread.record(succeeded);
    return await visit.leave(visit.state, result, visit.state.Next, { result });
  } catch (thrown) {
    visit.frame.children = undefined;
    throw thrown;
  }
}

/** One attempt at a Parallel state. */
export async function runParallel(visit: Visit<ParallelState>, runScope: RunScope): Promise<Exit> {
  const { state, frame, thread } = visit;
  if (!frame.children) {
    const { Arguments } = state;
    const input =
      Arguments === undefined ? frame.input : await visit.evaluate('Arguments', Arguments);
    checkPayloadSize(input, state.name);
    thread.record('ParallelStateStarted');
    frame.children = state.branches.map((scope, index) => {
      return { index, scope, item: input, frame: undefined, output: undefined };
    });
  }
  const hooks: Hooks = {
    start: (child) => Promise.resolve(child.item),
    ended: () => undefined,
    threadOf: (_, signal) => thread.fork(signal, thread.item),
  };
  const { children } = frame;
  const result = await runChildren(visit, children, children.length, hooks, runScope);
  return await finish(visit, result, 'ParallelStateSucceeded');
}

async function readItems(visit: Visit<MapState>): Promise<readonly Json[]> {
  const { state, frame } = visit;
  if (state.Items === undefined) {
    if (isJsonArray(frame.input)) return frame.input;
    const found = jsonText(frame.input);
    visit.fail(new QueryProblem('Items', `Map state input must be an array but was: ${found}`));
  }
  const items = await visit.evaluate('Items', state.Items);
  if (!isJsonArray(items)) visit.fail(unexpectedType('Items', state.Items, 'array', items));
  return items;
}

function mapHooks(visit: Visit<MapState>): Hooks {
  const { state, thread } = visit;
  const about = (child: Child) => ({ name: state.name, index: child.index });
  const itemOf = (child: Child) => ({ Index: child.index, Value: child.item });
  return {
    async start(child, childThread) {
      childThread.record('MapIterationStarted', { mapIterationStartedEventDetails: about(child) });
      if (state.ItemSelector === undefined) return child.item;
      const item = itemOf(child);
      const input = await visit.evaluate('ItemSelector', state.ItemSelector, { item });
      checkPayloadSize(input, state.name);
      return input;
    },
    ended(child, childThread, how) {
      const type = `MapIteration${how}` as const;
      const details = { [`mapIteration${how}EventDetails`]: about(child) };
      if (how === 'Aborted') childThread.noteAbort(type, details);
      else childThread.record(type, details);
    },
    threadOf: (child, signal) => thread.fork(signal, itemOf(child)),
  };
}

/** One attempt at a Map state. */
export async function runMap(visit: Visit<MapState>, runScope: RunScope): Promise<Exit> {
  const { state, frame, thread } = visit;
  const { MaxConcurrency = 0 } = state;
  const items = frame.children ? undefined : await readItems(visit);
  const limit = await visit.evaluateNumber('MaxConcurrency', MaxConcurrency, 0);
  if (items) {
    thread.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });
    frame.children = items.map((item, index) => {
      return { index, scope: state.processor, item, frame: undefined, output: undefined };
    });
  }
  const concurrency = limit === 0 ? INLINE_MAP_CONCURRENCY : limit;
  const children = frame.children ?? [];
  const result = await runChildren(visit, children, concurrency, mapHooks(visit), runScope);
  return await finish(visit, result, 'MapStateSucceeded');
}
