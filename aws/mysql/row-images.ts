import type { Column } from './columns.ts';

/**
 * A value of the log as the text that the server writes for it; undefined if that is not certain.
 * Held against the rows that are there by `capture.ts`.
 */
export function textFromLog({ type, declared }: Column, value: unknown): string | null | undefined {
  if (value === null) return null;
  // The log has the number of a member; a list with commas or quotes in it is not read rightly.
  if (['enum', 'set'].includes(type) && !PLAIN_MEMBERS.test(declared)) return undefined;
  if (Buffer.isBuffer(value)) {
    const hex = value.toString('hex');
    return type === 'bit' ? `${BigInt(`0x${hex === '' ? '0' : hex}`)}` : `0x${hex}`;
  }
  // The log counts the years from 1900, and the year 0 is its 0.
  if (type === 'year' && value === 1900) return '0000';
  if (typeof value === 'number' || typeof value === 'bigint') return `${value}`;
  return typeof value === 'string' ? value : undefined;
}

const PLAIN_MEMBERS = /^\w+\('[^',]*'(,'[^',]*')*\)$/;

/** Whether two texts are one value; undefined if only the server could tell. */
export function areSame(
  { type, declared }: Column,
  one: string | null,
  other: string | null,
): boolean | undefined {
  if (one === other) return true;
  if (one === null || other === null) return false;
  if (['float', 'double'].includes(type)) return Number(one) === Number(other);
  if (declared.includes('zerofill')) return one.replace(/^0+/, '') === other.replace(/^0+/, '');
  // Text of the same document may be written in more than one way.
  return type === 'json' ? undefined : false;
}
