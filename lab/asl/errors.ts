import type { Json } from '../../core/json.ts';

/** A definition that cannot be run, with every problem found in it, so one pass mends them all. */
export class AslError extends Error {
  override readonly name = 'AslError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the state machine has ${problems.length} problem(s):\n- ${problems.join('\n- ')}`);
    this.problems = problems;
  }
}

/** A state failed with an error name that Retry and Catch can match. */
export class StateError extends Error {
  override readonly name = 'StateError';
  readonly error: string | undefined;
  readonly explanation: string | undefined;
  /** A second name under which Retry and Catch find it: a missed heartbeat has two. */
  readonly alias: string | undefined;

  constructor(error: string | undefined, explanation?: string, alias?: string) {
    super(`${error ?? '(no error name)'}: ${explanation ?? '(no cause)'}`);
    this.error = error;
    this.explanation = explanation;
    this.alias = alias;
  }

  /** What `$states.errorOutput` shows. Absent parts stay absent. */
  toOutput(): Json {
    return {
      ...(this.error === undefined ? {} : { Error: this.error }),
      ...(this.explanation === undefined ? {} : { Cause: this.explanation }),
    };
  }

  /** The error and cause as history events carry them. */
  toDetails(): { error?: string; cause?: string } {
    return {
      ...(this.error === undefined ? {} : { error: this.error }),
      ...(this.explanation === undefined ? {} : { cause: this.explanation }),
    };
  }
}

/** Work was given up because a sibling failed or the execution ended. It is not a state's error. */
export class Aborted extends Error {
  override readonly name = 'Aborted';
  /** The event of the sibling's failure; undefined when the whole execution ended. */
  readonly causedByEventId: number | undefined;

  constructor(causedByEventId?: number) {
    super(causedByEventId === undefined ? 'the execution ended' : 'a sibling failed');
    this.causedByEventId = causedByEventId;
  }
}

type ApiErrorName =
  | 'ExecutionNotRedrivable'
  | 'InvalidExecutionInput'
  | 'InvalidOutput'
  | 'InvalidToken'
  | 'TaskTimedOut';

/** A refusal of the service's API, under the name AWS gives it. */
export class StatesApiError extends Error {
  override readonly name: ApiErrorName;

  constructor(name: ApiErrorName, message: string) {
    super(message);
    this.name = name;
  }
}
