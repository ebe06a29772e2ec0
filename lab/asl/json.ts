import type { Json } from '../../core/json.ts';
import { StateError } from './errors.ts';

/** The most that may travel between states, in bytes of UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;

/** Whether a value survives the way through JSON unchanged. */
function isJson(value: unknown): value is Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return isRecord(value) && Object.values(value).every(isJson);
}

/** Whether a value is a plain object; arrays and null are not. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is an array, which TypeScript does not see for read-only arrays. */
export function isJsonArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Parses JSON text; throws SyntaxError when it is none. */
export function parseJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError('not a JSON value');
  return keep(value);
}

/** The value as the other side of a wire gets it: a copy, without what JSON cannot carry. */
export function throughWire(value: unknown): Json {
  if (isKept(value)) return value;
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? parseJson(text) : null;
}

/** Objects that are known to be JSON and can never change again: nobody has to copy them. */
const kept = new WeakSet<object>();
const texts = new WeakMap<object, string>();

/** Whether a value is known to be JSON that never changes. */
export function isKept(value: unknown): value is Json & object {
  return typeof value === 'object' && value !== null && kept.has(value);
}

/** Freezes a JSON value of one's own making, so that it can be handed on without a copy. */
export function keep<T extends Json>(value: T): T {
  if (value === null || typeof value !== 'object' || kept.has(value)) return value;
  for (const item of Object.values(value)) keep(item);
  Object.freeze(value);
  kept.add(value);
  return value;
}

/** The value as compact JSON. The text of what never changes is made once. */
export function jsonText(value: Json): string {
  if (!isKept(value)) return JSON.stringify(value);
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = isJsonArray(value)
    ? `[${value.map(jsonText).join(',')}]`
    : `{${Object.entries(value)
        .map(([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`)
        .join(',')}}`;
  texts.set(value, text);
  return text;
}

/** Size of the value as compact JSON in bytes of UTF-8. */
export function byteSize(value: Json): number {
  return Buffer.byteLength(jsonText(value));
}

/** Refuses a value that is too large to travel; `source` is named as AWS names it. */
export function checkPayloadSize(value: Json, source: string): void {
  if (byteSize(value) <= PAYLOAD_LIMIT_BYTES) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The state/task '${source}' returned a result with a size exceeding the maximum number of ` +
      'bytes service limit.',
  );
}
