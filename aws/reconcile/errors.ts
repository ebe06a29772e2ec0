/** What a side kept of its own cannot be read, or not all of it: it explains nothing then. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}
