/**
 * The `code` of a system error such as ECONNREFUSED. Works on errors of any realm, so that it
 * also holds under test runners which evaluate modules in a context of their own.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong, in words, whatever was thrown. */
export function errorMessage(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) {
    return String(error.message);
  }
  return String(error);
}

/** A system error as Node's network layer would raise it. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
