import type { Rule } from '../../core/rules.ts';
import { decide } from '../../core/rules.ts';

/** The instant that tests are set in, and instants around it. */
export const T0 = '2026-10-02T17:00:00.000Z';
export const after = (seconds: number): string =>
  new Date(Date.parse(T0) + seconds * 1000).toISOString();
export const dateAfter = (seconds: number): Date => new Date(after(seconds));

/** A case of a rule table: what differs from facts that reach the last row, and the row. */
export type Case<Facts> = readonly [row: string, change: Partial<Facts>];

/** Which row decides each case. */
export function rowOf<Facts extends object, Outcome extends string>(
  rules: readonly Rule<Facts, Outcome>[],
  base: Facts,
): (change: Partial<Facts>) => string {
  return (change) => decide(rules, { ...base, ...change }).ruleId;
}

/** The outcomes of a table by row: a changed outcome must break a test. */
export function outcomes<Facts, Outcome extends string>(
  rules: readonly Rule<Facts, Outcome>[],
): string[] {
  return rules.map(({ id, then }) => `${id} -> ${then}`);
}

/** The rows that no case reaches. */
export function unreached<Facts, Outcome extends string>(
  rules: readonly Rule<Facts, Outcome>[],
  cases: readonly (readonly [string, ...unknown[]])[],
): string[] {
  const reached = new Set(cases.map(([row]) => row));
  return rules.map(({ id }) => id).filter((id) => !reached.has(id));
}
