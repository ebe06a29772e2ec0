/**
 * Text from outside, as it may be shown: without control characters, without characters that turn
 * the direction of writing or cannot be seen, and well-formed. Line feeds and tabs stay.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

/** The text on one line, for subjects and headings. */
export function oneLine(text: string, longest: number): string {
  return cut(plainText(text).replaceAll(/\s+/g, ' ').trim(), longest);
}

/** The text, shortened with `…` if it is too long; never through the middle of a character. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** An instant as people read it, to the minute, in UTC: `2026-10-02 17:34 UTC`. */
export function showInstant(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** An instant to the millisecond, in UTC: `2026-10-02 17:34:05.123 UTC`. */
export function showInstantFully(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 23)} UTC`;
}

/** A number with its noun: 1 promise, 2 promises. For nouns that take an s. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Where the Step Functions console shows an execution. */
export function consoleUrl(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  if (!/^[a-z0-9-]{1,30}$/.test(region)) return 'https://console.aws.amazon.com/states/home';
  return (
    `https://${region}.console.aws.amazon.com/states/home?region=${region}` +
    `#/v2/executions/details/${encodeURIComponent(executionArn)}`
  );
}
