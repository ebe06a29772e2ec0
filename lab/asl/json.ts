import type { Json } from '../../core/json.ts';
import { isJson } from '../../core/json.ts';
import { StateError } from './errors.ts';

/** The most that may travel between states, in bytes of UTF-8. */
export const PAYLOAD_LIMIT_BYTES = 256 * 1024;

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
  return copyOf(value) ?? null;
}

/** What `JSON.parse(JSON.stringify(value))` gives, without the text; parts that are kept stay. */
function copyOf(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  // JSON has neither infinity nor a negative zero.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value !== 'object') return throughText(value);
  if (isKept(value)) return value;
  if (Array.isArray(value)) return seal(Array.from(value, (item) => copyOf(item) ?? null));
  if (!isPlain(value)) return throughText(value);
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    const json = copyOf(item);
    if (json !== undefined) copy[key] = json;
  }
  return seal(copy);
}

/** Whether an object has nothing that JSON treats in another way than its fields. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return !('toJSON' in value) && !Object.hasOwn(value, '__proto__');
}

/** Dates, buffers, instances, what JSON leaves out and what it refuses. */
function throughText(value: unknown): Json | undefined {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? parseJson(text) : undefined;
}

/** A base whose instances are objects that are there already: fields are put onto them. */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- the constructor is what it is for
class Onto {
  constructor(target: object) {
    return target;
  }
}

/**
 * The mark of objects that are known to be JSON and can never change again: nobody has to copy
 * them. It is a private field, which nobody sees and which takes a tenth of the time of a WeakSet.
 */
class Kept extends Onto {
  #text: string | undefined;
  #bound: number | undefined;

  static has(value: object): boolean {
    return #text in value;
  }

  /** The text of a kept value, made once. */
  static textOf(value: Json & object, make: (value: Json & object) => string): string {
    return #text in value ? (value.#text ??= make(value)) : make(value);
  }

  /** The bound of its size, made once. */
  static boundOf(value: Json & object, make: (value: Json & object) => number): number {
    return #bound in value ? (value.#bound ??= make(value)) : make(value);
  }
}

/** Whether a value is known to be JSON that never changes. */
export function isKept(value: unknown): value is Json & object {
  return typeof value === 'object' && value !== null && Kept.has(value);
}

/** Freezes a JSON value of one's own making, so that it can be handed on without a copy. */
export function keep<T extends Json>(value: T): T {
  if (value === null || typeof value !== 'object' || Kept.has(value)) return value;
  for (const item of Object.values(value)) keep(item);
  return seal(value);
}

/** Keeps an object of which every part is kept. */
function seal<T extends Json & object>(value: T): T {
  new Kept(Object.freeze(value));
  return value;
}

/** The value as compact JSON. The text of what never changes is made once. */
export function jsonText(value: Json): string {
  return isKept(value) ? Kept.textOf(value, textFrom) : JSON.stringify(value);
}

function textFrom(value: Json & object): string {
  if (isJsonArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const fields = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`,
  );
  return `{${fields.join(',')}}`;
}

/** Size of the value as compact JSON in bytes of UTF-8. */
function byteSize(value: Json): number {
  return Buffer.byteLength(jsonText(value));
}

/** At least the size of the value, without its text. Known of what never changes. */
function sizeBound(value: Json): number {
  // No character takes more than the six bytes of an escape, no number more than 25.
  if (typeof value === 'string') return value.length * 6 + 2;
  if (value === null || typeof value !== 'object') return 25;
  return isKept(value) ? Kept.boundOf(value, boundFrom) : boundFrom(value);
}

function boundFrom(value: Json & object): number {
  let bound = 2;
  if (isJsonArray(value)) for (const item of value) bound += sizeBound(item) + 1;
  else
    for (const [key, item] of Object.entries(value)) bound += key.length * 6 + 4 + sizeBound(item);
  return bound;
}

/** Whether a value is too large to travel. */
export function isTooLarge(value: Json): boolean {
  return sizeBound(value) > PAYLOAD_LIMIT_BYTES && byteSize(value) > PAYLOAD_LIMIT_BYTES;
}

/** Refuses a value that is too large to travel; `source` is named as AWS names it. */
export function checkPayloadSize(value: Json, source: string): void {
  if (!isTooLarge(value)) return;
  throw new StateError(
    'States.DataLimitExceeded',
    `The state/task '${source}' returned a result with a size exceeding the maximum number of ` +
      'bytes service limit.',
  );
}
