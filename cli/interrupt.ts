import { createWallClock } from '../lab/clock.ts';
import { UsageError } from './io.ts';

/** Exit status of what Ctrl-C ended, as shells have it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

/** What ends work early, so that what was covered so far is printed all the same. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** The exit status: what failed in what was covered stays failed; Ctrl-C is no success. */
  statusOf(hasFailed: boolean): number;
  /** Listens no more. */
  end(): void;
}

/** Ctrl-C and the end of the budget abort the signal; a second Ctrl-C ends the process at once. */
export function listenForInterruption(budgetMilliseconds?: number): Interruption {
  const stop = new AbortController();
  let byHand = false;
  const interrupt = (): void => {
    byHand = true;
    stop.abort();
  };
  process.once('SIGINT', interrupt);
  const over = new AbortController();
  if (budgetMilliseconds !== undefined) {
    const waiting = createWallClock().sleep(budgetMilliseconds, over.signal);
    waiting.then(
      () => {
        stop.abort();
      },
      () => undefined,
    );
  }
  return {
    signal: stop.signal,
    statusOf: (hasFailed) => (hasFailed ? 1 : byHand ? INTERRUPTED : 0),
    end() {
      over.abort();
      process.off('SIGINT', interrupt);
    },
  };
}

/** Milliseconds of a budget such as 90s. @throws UsageError if it is none, or nothing */
export function millisecondsOf(budget: string): number {
  const [, count, unit] = /^(\d{1,5})(s|m|h)$/.exec(budget) ?? [];
  const seconds = { s: 1, m: 60, h: 3600 }[unit ?? ''];
  const found = `--budget: found "${budget}"; expected`;
  if (count === undefined || seconds === undefined)
    throw new UsageError(`${found} a time such as 90s, 5m or 1h.`);
  if (Number(count) === 0) throw new UsageError(`${found} more than nothing, such as 90s or 5m.`);
  return Number(count) * seconds * 1000;
}
