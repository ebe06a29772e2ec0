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

/** What the slot kept cannot be read, or not all of it: it explains nothing then. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
