import type { Retrier } from './definition.ts';
import type { StateError } from './errors.ts';

// AWS ends the execution at these whatever Retry and Catch say.
const NEVER_HANDLED = 'States.Runtime';
// States.ALL is documented to miss it; a catcher that needs it must name it.
const ONLY_BY_NAME = 'States.DataLimitExceeded';

/** Whether an ErrorEquals list matches the error. */
export function matchesError(errorEquals: readonly string[], thrown: StateError): boolean {
  const names = [thrown.error, thrown.alias];
  if (names.includes(NEVER_HANDLED)) return false;
  if (errorEquals.some((wanted) => names.includes(wanted))) return true;
  if (names.includes(ONLY_BY_NAME)) return false;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && thrown.error !== 'States.Timeout';
}

/** How long to wait before the given retry of a retrier; the first retry is number 1. */
export function retryDelaySeconds(retrier: Retrier, retry: number, random: () => number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** (retry - 1);
  const capped = Math.min(grown, retrier.MaxDelaySeconds ?? Infinity);
  return retrier.JitterStrategy === 'FULL' ? capped * random() : capped;
}
