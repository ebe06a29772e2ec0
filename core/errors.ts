/**
 * Errors carry the names that the state machine matches in `Retry` and `Catch`.
 * The name is a literal, so that it survives minifying; the message says what to do next.
 */
export abstract class FailoverError extends Error {
  abstract override readonly name: string;
}

/** Something from outside has the wrong shape. Nothing was changed. Never retried. */
export class InvalidInputError extends FailoverError {
  override readonly name = 'InvalidInputError';
}

/** A guard said no. Nothing was changed. Never retried. */
export class NotReadyError extends FailoverError {
  override readonly name = 'NotReadyError';
}

/** Another run owns this plan now: whoever holds this error must not change anything any more. */
export class StaleEpochError extends FailoverError {
  override readonly name = 'StaleEpochError';
}

/** The service could not be reached, or did not answer in time. The call may have had its effect. */
export class UnreachableError extends FailoverError {
  override readonly name = 'UnreachableError';
}

/** A change did not come about within its deadline. What was found last is in the message. */
export class DeadlineExceededError extends FailoverError {
  override readonly name = 'DeadlineExceededError';
}

/** Nobody could be told: every notification channel of the plan failed. */
export class NobodyToldError extends FailoverError {
  override readonly name = 'NobodyToldError';
}

/** The error's name and message on one line, for reasons and logs; works for anything thrown. */
export function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
