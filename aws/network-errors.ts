import { NetworkError } from '../core/network.ts';

/** An https URL, or the error that says what is wrong with it. */
export function parseUrl(text: string): URL {
  if (!URL.canParse(text)) throw new NetworkError('ERR_INVALID_URL', 'This is not a URL.');
  const url = new URL(text);
  if (url.protocol === 'https:') return url;
  throw new NetworkError('ERR_INVALID_PROTOCOL', 'Only https URLs are asked.');
}

/** Keeps the code of Node or TLS. The message is theirs and may name the host, not the path. */
export function toNetworkError(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const words = message === '' ? 'The connection failed.' : message;
  return new NetworkError(typeof code === 'string' ? code : 'UNKNOWN', words, { cause: error });
}
