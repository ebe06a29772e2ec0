import { createHash } from 'node:crypto';
import type { Json } from './json.ts';

/** SHA-256 of a JSON value with sorted keys: what a human approves is bound to this. */
export function digestOf(value: Json): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonical(item)).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
