import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { UsageError } from './io.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Parses arguments strictly. @throws UsageError in words for people */
export function parseArguments<const T extends Options>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** One of the allowed words. @throws UsageError naming them */
export function oneOf<const T extends string>(
  option: string,
  found: string | undefined,
  allowed: readonly T[],
): T | undefined {
  if (found === undefined) return undefined;
  const known = allowed.find((each) => each === found);
  if (known !== undefined) return known;
  throw new UsageError(`${option}: found "${found}"; expected one of ${allowed.join(', ')}.`);
}

/** The whole number that an option was given. @throws UsageError if it is none */
export function wholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${option}: found "${text}"; expected a whole number up to 999999999.`);
}
