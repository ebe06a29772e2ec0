import { AsyncLocalStorage } from 'node:async_hooks';
import type { AroundFunction } from '../account-functions.ts';
import type { AroundCall } from '../aws/intercept.ts';
import type { LabClock } from '../clock.ts';
import { createRandom, seedFrom } from '../random.ts';
import { isConsistent, isMutating } from './calls.ts';
import type { Invocation, SimulatedCall } from './calls.ts';
import { named, timedOut } from './fault-errors.ts';
import type { Fault, FaultKind } from './schedule.ts';

/** SDK clients and probes give up after this; the service may go on. */
const CALL_TIMEOUT_MILLISECONDS = 5000;
/** Longer than the state that asked waits: the effect of a request that was stuck in the network. */
const LATE_MILLISECONDS = 90_000;

/** The process of a function died: nothing of it runs any more, and nobody catches this. */
export class CrashError extends Error {
  override readonly name = 'Lambda.Unknown';
}

/** What watches the calls of a run. */
export interface FaultObserver {
  readonly onCall: (call: SimulatedCall) => void;
  readonly onAnswer: (call: SimulatedCall, answer: object) => void;
  readonly onFault: (call: SimulatedCall, kind: FaultKind) => void;
}

/** Goes around every call and every function of a run, and spoils what the schedule names. */
export interface FaultInjector {
  readonly aroundCall: AroundCall;
  readonly aroundFunction: AroundFunction;
  /** Ends every fault that stays. */
  heal(): void;
  /** How many calls were made so far. */
  readonly calls: number;
}

/**
 * Builds the injector of a run. Each call takes a few milliseconds, from the seed, so that calls
 * of functions that run side by side come in another order with another seed.
 */
export function createFaultInjector(
  faults: readonly Fault[],
  clock: LabClock,
  seed: number,
  observer: FaultObserver,
): FaultInjector {
  const running = new AsyncLocalStorage<Process>();
  const starts = new Map<string, number>();
  const standing = new Map<string, FaultKind>();
  // Answers are kept only where one of them will be given again.
  const answers = faults.some(({ kind }) => kind === 'stale')
    ? new Map<string, object>()
    : undefined;
  const byCall = new Map(faults.map((fault) => [fault.call, fault]));
  let calls = 0;
  let invocations = 0;
  let healed = false;

  const kindFor = (call: SimulatedCall): FaultKind | undefined => {
    if (healed) return undefined;
    const key = `${call.client} ${call.command} ${call.region}`;
    const fault = byCall.get(call.number);
    if (fault?.stays === true) standing.set(key, fault.kind);
    return fault?.kind ?? standing.get(key);
  };
  const aroundCall: AroundCall = async (observed, effect) => {
    const process = running.getStore();
    // An operator's or a watcher's call from outside the functions: never spoiled.
    if (process === undefined) return await effect();
    const { invocation, random } = process;
    if (invocation.isDead) throw new CrashError('the process is dead');
    const call: SimulatedCall = { ...observed, number: calls, invocation };
    calls += 1;
    observer.onCall(call);
    await clock.sleep(2 + Math.floor(random() * 30));
    const kind = kindFor(call);
    // A stale answer needs an older one: without it nothing is spoiled.
    const isSpoiled = kind !== 'stale' || answers?.has(keyOf(call)) === true;
    if (kind !== undefined && isSpoiled) observer.onFault(call, kind);
    // Most runs spoil no call at all: those go straight to the effect.
    const isPlain = kind === undefined && answers === undefined;
    const answer = await (isPlain ? effect() : perform(kind, call, effect, { clock, answers }));
    observer.onAnswer(call, answer);
    return answer;
  };
  const aroundFunction: AroundFunction = async (name, payload, run) => {
    invocations += 1;
    const invocation: Invocation = { number: invocations, name, payload, isDead: false };
    const start = (starts.get(name) ?? 0) + 1;
    starts.set(name, start);
    const random = createRandom(seedFrom(`${seed} ${name} ${start}`));
    return await running.run({ invocation, random }, async () => {
      try {
        return await run();
      } finally {
        // Whatever the code made of the error: the process was gone by then.
        if (invocation.isDead) die(invocation);
      }
    });
  };
  return {
    aroundCall,
    aroundFunction,
    heal: () => {
      healed = true;
    },
    get calls() {
      return calls;
    },
  };
}

/**
 * An invocation with the numbers that its calls draw. They are its own: in which order the code of
 * functions runs that run side by side changes the delays of none of them.
 */
interface Process {
  readonly invocation: Invocation;
  readonly random: () => number;
}

interface Ways {
  readonly clock: LabClock;
  /** The last answer of each reading call, by what was asked. */
  readonly answers: Map<string, object> | undefined;
}

async function perform(
  kind: FaultKind | undefined,
  call: SimulatedCall,
  effect: () => Promise<object>,
  { clock, answers }: Ways,
): Promise<object> {
  const timeOut = async (): Promise<never> => {
    await clock.sleep(CALL_TIMEOUT_MILLISECONDS);
    throw timedOut(call);
  };
  switch (kind) {
    case 'rejected':
      throw named('AccessDeniedException', 'not authorized', 400);
    case 'throttled':
      throw named('ThrottlingException', 'Rate exceeded', 400);
    case 'requestLost':
      return await timeOut();
    case 'replyLost':
      await effect();
      return await timeOut();
    case 'crashBefore':
      return die(call.invocation);
    case 'crashAfter':
      await effect();
      return die(call.invocation);
    case 'duplicate': {
      const first = await effect();
      await effect().catch(() => undefined);
      return first;
    }
    case 'late':
      void clock.sleep(LATE_MILLISECONDS).then(async () => {
        await effect().catch(() => undefined);
      });
      return await timeOut();
    case 'stale':
    case undefined:
      return await remember(kind, call, effect, answers);
  }
}

/** What was asked: the same question has the same key. */
const keyOf = ({ command, region, input }: SimulatedCall): string =>
  `${command} ${region} ${JSON.stringify(input)}`;

/** A reading call may be answered with what the one before it was answered. */
async function remember(
  kind: 'stale' | undefined,
  call: SimulatedCall,
  effect: () => Promise<object>,
  answers: Map<string, object> | undefined,
): Promise<object> {
  if (answers === undefined || isMutating(call) || isConsistent(call)) return await effect();
  const key = keyOf(call);
  const before = kind === 'stale' ? answers.get(key) : undefined;
  const answer = before ?? structuredClone(await effect());
  answers.set(key, answer);
  return answer;
}

function die(invocation: Invocation): never {
  invocation.isDead = true;
  throw new CrashError('the process died');
}
