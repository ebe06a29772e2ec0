const PATTERN =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
}

/**
 * Milliseconds since 1970 of an ISO-8601 extended offset date-time, as the Wait state reads it;
 * undefined for anything else. Nanoseconds are cut to milliseconds.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = PATTERN.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '.0', offset] = match;
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  const milliseconds = fraction.slice(1, 4).padEnd(3, '0');
  const normal = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`;
  const parsed = Date.parse(normal);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** Whether a Wait state can read the text. */
export function isTimestamp(text: string): boolean {
  return parseTimestamp(text) !== undefined;
}
