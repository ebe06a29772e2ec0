/** SQLSTATE insufficient_privilege. */
export const NO_PERMISSION = '42501';

/** The unit cannot be applied, and nothing of it was. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The unit cannot be applied before another one. */
export class WaitingError extends Error {
  override readonly name = 'WaitingError';
}
