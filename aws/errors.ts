import { UnreachableError } from '../core/errors.ts';

/** Names and codes of failures below the API: whether the call had its effect is not known. */
const networkFailures = new Set([
  'TimeoutError',
  'RequestTimeout',
  'AbortError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
]);

/** What services call "too many requests"; clients make one attempt, the state machine retries. */
const throttlings = new Set([
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'PriorRequestNotComplete',
  'SlowDown',
]);

/**
 * Makes one AWS call and names its failure. No answer, an answer of 5xx and throttling become
 * `UnreachableError`, which the state machine may retry; everything else is rethrown as it is.
 */
export async function ask<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const reason = unreachableBecause(error);
    if (reason === undefined) throw error;
    throw new UnreachableError(`${what}: ${reason}. Read the state before you repeat the call.`, {
      cause: error,
    });
  }
}

/** Why this error means that the service could not be asked, or undefined if it did answer. */
function unreachableBecause(error: unknown): string | undefined {
  const name = text(error, 'name');
  const words = [name, text(error, 'code'), text(error, 'Code')];
  const network = words.find((word) => word !== undefined && networkFailures.has(word));
  if (network !== undefined) return `no answer (${network}: ${text(error, 'message') ?? ''})`;
  const throttled = words.find((word) => word !== undefined && throttlings.has(word));
  if (throttled !== undefined) return `throttled (${throttled})`;
  const status = httpStatus(error);
  return status !== undefined && status >= 500
    ? `the service failed with ${status} (${name ?? 'no name'}: ${text(error, 'message') ?? ''})`
    : undefined;
}

/** A string attribute of whatever was thrown, whatever its class. */
function text(error: unknown, attribute: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, attribute);
  return typeof value === 'string' ? value : undefined;
}

/** The HTTP status that the SDK noted on the error. */
function httpStatus(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const status: unknown = Reflect.get(metadata, 'httpStatusCode');
  return typeof status === 'number' ? status : undefined;
}

/**
 * Whether the error is the fault of this name. Modelled faults carry it as `name` and the wire
 * code as `Code`; unmodelled ones only as `name`. Both are compared.
 */
export function isFault(error: unknown, name: string): boolean {
  return text(error, 'name') === name || text(error, 'Code') === name;
}
