import { inspect } from 'node:util';
import { oneLine as cutToLine, plainText } from '../core/text.ts';

/** The styles that commands use. Whatever else steers a terminal came from outside. */
const styles = ['bold', 'dim', 'yellow'] as const;
const codes = [...new Set(styles.flatMap((style) => inspect.colors[style] ?? []))];
const ownCode = new RegExp(String.raw`(${'\u001b'}\[(?:${codes.join('|')})m)`);

/**
 * Text as a terminal may show it: alarms, probes and names may hold sequences that move the cursor,
 * hide a line or answer for the operator. Our own styles stay.
 */
export function forTerminal(text: string): string {
  return text
    .split(ownCode)
    .map((part, index) => (index % 2 === 1 ? part : plainText(part)))
    .join('');
}

/**
 * One JSON document of exactly this value. What would steer a terminal is escaped, so that
 * `forTerminal` has nothing to take out.
 */
export function asJson(value: unknown): string {
  const escaped = (text: string): string =>
    Array.from({ length: text.length }, (_, index) => {
      return `\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}`;
    }).join('');
  return JSON.stringify(value, null, 2).replaceAll(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped);
}

const LONGEST_LINE = 4000;

/** Words from outside on one line of their own: they cannot look like a line of ours. */
export function oneLine(words: string): string {
  return cutToLine(words, LONGEST_LINE);
}
