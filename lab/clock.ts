import type { Clock } from '../core/clock.ts';
import type { StopSignal } from './stop.ts';

/** A clock that can also wait: the only place in the lab where time passes. */
export interface LabClock extends Clock {
  /**
   * Resolves after the given time, never before. An aborted sleep rejects with the signal's reason
   * and leaves no timer behind.
   */
  sleep(milliseconds: number, signal?: StopSignal): Promise<void>;
}

/** A clock for simulations: time stands still until everything waits for it. */
export interface VirtualClock extends LabClock {
  /**
   * Runs `main`, advancing to the earliest sleeper whenever nothing else can happen, in the order
   * of time and then of the calls to `sleep`. It sees work made of promises; real input and output
   * (sockets, files) is invisible to it. Rejects when `main` waits and nobody sleeps.
   */
  run<T>(main: () => Promise<T>): Promise<T>;
  /** How many sleeps are pending. */
  readonly pending: number;
}

/** Nothing is left that could wake the program: a wait without a deadline, or a lost answer. */
export class VirtualDeadlockError extends Error {
  override readonly name = 'VirtualDeadlockError';
}

// Node fires longer timers at once, so a long sleep is cut into pieces of this length.
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
// A turn of the event loop runs all microtasks; the spare turns let setImmediate chains finish.
const SPARE_IDLE_TURNS = 4;

function checkDuration(milliseconds: number): number {
  if (Number.isNaN(milliseconds)) throw new RangeError('cannot sleep for NaN milliseconds');
  return Math.max(0, milliseconds);
}

// The reason of an abort may be any value, and the promise rejects with exactly that value.
function reasonOf(signal: StopSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}

/** The machine's own clock. */
export function createWallClock(): LabClock {
  const now = () => new Date();
  const sleep = (milliseconds: number, signal?: StopSignal) =>
    new Promise<void>((resolve, reject) => {
      const wakeAt = Date.now() + checkDuration(milliseconds);
      if (signal?.aborted) {
        reject(reasonOf(signal));
        return;
      }
      let timer: NodeJS.Timeout;
      const onAbort = () => {
        clearTimeout(timer);
        if (signal) reject(reasonOf(signal));
      };
      const arm = () => {
        const left = wakeAt - Date.now();
        if (left <= 0) {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        } else {
          timer = setTimeout(arm, Math.min(left, LONGEST_TIMER_MILLISECONDS));
        }
      };
      signal?.addEventListener('abort', onAbort);
      timer = setTimeout(arm, Math.min(checkDuration(milliseconds), LONGEST_TIMER_MILLISECONDS));
    });
  return { now, sleep };
}

interface Sleeper {
  readonly at: number;
  readonly sequence: number;
  readonly wake: () => void;
}

/**
 * Resolves when every promise that can go on has done so. Node takes up a tick that a microtask
 * asked for when no microtask is left; a turn of the event loop would ask the system for input too.
 */
function promisesRan(): Promise<void> {
  return new Promise<void>((resolve) => {
    queueMicrotask(() => {
      process.nextTick(resolve);
    });
  });
}

class DiscreteEventClock implements VirtualClock {
  readonly #sleepers: Sleeper[] = [];
  #now: number;
  readonly #idleTurns: number;
  #sequence = 0;
  #running = false;

  constructor(startAt: Date, idleTurns: number) {
    this.#now = startAt.getTime();
    this.#idleTurns = idleTurns;
  }

  get pending(): number {
    return this.#sleepers.length;
  }

  now(): Date {
    return new Date(this.#now);
  }

  sleep(milliseconds: number, signal?: StopSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const at = this.#now + checkDuration(milliseconds);
      if (signal?.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const onAbort = () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        if (signal) reject(reasonOf(signal));
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { at, sequence: this.#sequence++, wake };
      signal?.addEventListener('abort', onAbort);
      this.#insert(sleeper);
    });
  }

  async run<T>(main: () => Promise<T>): Promise<T> {
    if (this.#running) throw new Error('the virtual clock is already running');
    this.#running = true;
    const end = { isSettled: false };
    const result = main();
    const settle = () => {
      end.isSettled = true;
    };
    result.then(settle, settle);
    try {
      for (;;) {
        await promisesRan();
        for (let turn = 0; turn < this.#idleTurns && !end.isSettled; turn += 1) {
          await new Promise<void>((resolve) => setImmediate(resolve));
        }
        if (end.isSettled) return await result;
        this.#advance();
      }
    } finally {
      this.#running = false;
    }
  }

  #advance(): void {
    const next = this.#sleepers.shift();
    if (!next) {
      throw new VirtualDeadlockError(
        `at ${this.now().toISOString()} the program waits, but nobody sleeps: look for a promise ` +
          'that is never settled, or for real input and output',
      );
    }
    this.#now = Math.max(this.#now, next.at);
    next.wake();
  }

  // Sequences only grow, so the place after all equal times keeps the order of the calls.
  #insert(sleeper: Sleeper): void {
    let low = 0;
    let high = this.#sleepers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#sleepers[middle];
      if (other && other.at <= sleeper.at) low = middle + 1;
      else high = middle;
    }
    this.#sleepers.splice(low, 0, sleeper);
  }
}

/**
 * A clock that stands at `startAt` until `run` moves it. The same program gives the same order.
 * @param idleTurns turns of the event loop after which nothing more is expected; none is needed
 *   for a program that is made of promises alone
 */
export function createVirtualClock(startAt: Date, idleTurns = SPARE_IDLE_TURNS): VirtualClock {
  return new DiscreteEventClock(startAt, idleTurns);
}
