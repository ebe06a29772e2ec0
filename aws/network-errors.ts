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
  const code = attribute(error, 'code');
  const message = attribute(error, 'message');
  const words = message === undefined || message === '' ? 'The connection failed.' : message;
  return new NetworkError(code ?? 'UNKNOWN', words, { cause: error });
}

/** A string attribute of whatever was thrown. */
function attribute(error: unknown, name: 'code' | 'message'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}
