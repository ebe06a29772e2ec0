/** What a side kept of its own cannot be read, or not all of it: it explains nothing then. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** The unit cannot be applied, and nothing of it was. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The unit cannot be applied before another one. */
export class WaitingError extends Error {
  override readonly name = 'WaitingError';
}

/** There is no time left to end the unit, and nothing of it was applied. */
export class LateError extends Error {
  override readonly name = 'LateError';
}
