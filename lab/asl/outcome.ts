import type { Json } from '../../core/json.ts';
import { jsonText } from './json.ts';
import { StatesApiError } from './errors.ts';
import { HISTORY_LIMIT } from './history.ts';
import type { Recorder } from './history.ts';

/** The status of DescribeExecution. PENDING_REDRIVE belongs to distributed maps only. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** How an execution ended. */
export interface ExecutionResult {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: string;
}

const REDRIVABLE_MILLISECONDS = 14 * 24 * 3600 * 1000;

/** Throws ExecutionNotRedrivable with the reason, when AWS would not redrive. */
export function checkRedrivable(
  status: ExecutionStatus,
  stopDate: Date | undefined,
  now: Date,
  events: number,
): void {
  if (status === 'RUNNING' || status === 'SUCCEEDED') {
    const allowed = 'only FAILED, TIMED_OUT and ABORTED can be redriven';
    throw new StatesApiError('ExecutionNotRedrivable', `the execution is ${status}; ${allowed}`);
  }
  if (stopDate && now.getTime() - stopDate.getTime() > REDRIVABLE_MILLISECONDS) {
    throw new StatesApiError(
      'ExecutionNotRedrivable',
      'the execution ended more than 14 days ago; start a new one',
    );
  }
  if (events >= HISTORY_LIMIT - 1) {
    throw new StatesApiError('ExecutionNotRedrivable', 'the history is full; start a new one');
  }
}

/** Writes the event that ends an execution. */
export function recordOutcome(
  recorder: Recorder,
  { status, output = null, ...failure }: ExecutionResult,
  previousEventId: number,
): void {
  switch (status) {
    case 'SUCCEEDED':
      recorder.recordEnd('ExecutionSucceeded', previousEventId, {
        executionSucceededEventDetails: { output: jsonText(output) },
      });
      return;
    case 'FAILED':
      recorder.recordEnd('ExecutionFailed', previousEventId, {
        executionFailedEventDetails: failure,
      });
      return;
    case 'TIMED_OUT':
      recorder.recordEnd('ExecutionTimedOut', previousEventId, {
        executionTimedOutEventDetails: failure,
      });
      return;
    case 'ABORTED':
      recorder.recordEnd('ExecutionAborted', previousEventId, {
        executionAbortedEventDetails: failure,
      });
  }
}
