import { createHash } from 'node:crypto';
import { compile } from './expressions.ts';
import { parseJson } from './json.ts';

/** What expressions may take from outside: the instant, and seeded numbers in [0, 1). */
export interface ExpressionWorld {
  readonly now: Date;
  readonly random: () => number;
}

const HASHES = ['MD5', 'SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'];
const LONGEST_RANGE = 1000;

/** A random (version 4) UUID made of the given numbers. */
function uuidFrom(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    text.slice(12, 16),
    text.slice(16, 20),
    text.slice(20),
  ].join('-');
}

function shuffled(items: unknown, random: () => number): unknown {
  if (items === undefined) return undefined;
  const result: unknown[] = Array.isArray(items) ? items.slice() : [items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [result[last], result[other]] = [result[other], result[last]];
  }
  return result;
}

function partition(items: unknown, size: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) throw new TypeError('$partition: the first argument must be an array');
  const length = wholeNumber('$partition', 'size', size);
  if (length < 1) throw new RangeError('$partition: the size must be at least 1');
  const parts: unknown[] = [];
  for (let at = 0; at < items.length; at += length) parts.push(items.slice(at, at + length));
  return parts;
}

function wholeNumber(name: string, argument: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new TypeError(`${name}: ${argument} must be a whole number, not ${JSON.stringify(value)}`);
}

// Like States.ArrayRange: the end is included when a step lands on it.
function range(start: unknown, end: unknown, step: unknown): number[] {
  const from = wholeNumber('$range', 'start', start);
  const to = wholeNumber('$range', 'end', end);
  const by = wholeNumber('$range', 'step', step);
  if (by === 0) throw new RangeError('$range: the step must not be 0');
  const length = Math.max(0, Math.floor((to - from) / by) + 1);
  if (length > LONGEST_RANGE) throw new RangeError('$range: more than 1000 elements');
  return Array.from({ length }, (_, index) => from + index * by);
}

function hash(content: unknown, algorithm: unknown): string | undefined {
  if (content === undefined) return undefined;
  if (typeof content !== 'string') throw new TypeError('$hash: the content must be a string');
  if (typeof algorithm !== 'string' || !HASHES.includes(algorithm)) {
    throw new TypeError(`$hash: the algorithm must be one of ${HASHES.join(', ')}`);
  }
  return createHash(algorithm.replace('-', '')).update(content).digest('hex');
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== 'string') throw new TypeError('$parse: the argument must be a string');
  return parseJson(text);
}

const formatNow = '$fromMillis($instant, $picture, $timezone)';

/**
 * The functions Step Functions adds to JSONata, and JSONata's own that would otherwise ask the
 * machine for time or chance. `$random(seed)` is refused: AWS's generator is not known.
 */
export function createFunctions({ now, random }: ExpressionWorld): Record<string, unknown> {
  const instant = now.getTime();
  return {
    partition,
    range,
    hash,
    parse,
    random: (...seed: unknown[]) => {
      if (seed.length > 0) throw new TypeError('$random(seed) is not modelled; use $random()');
      return random();
    },
    uuid: () => uuidFrom(random),
    shuffle: (items: unknown) => shuffled(items, random),
    millis: () => instant,
    now: async (picture: unknown, timezone: unknown): Promise<unknown> =>
      await compile(formatNow).evaluate(undefined, { instant, picture, timezone }),
    eval: () => {
      throw new TypeError('$eval is not available in Step Functions; use $parse');
    },
  };
}
