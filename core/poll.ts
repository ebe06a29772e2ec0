import { InvalidInputError } from './errors.ts';
import { secondsBetween } from './incident.ts';

/**
 * Seconds until the next look: short at first, then a tenth of the time already waited, up to
 * the cap. A wait state takes whole seconds, so that the shortest is one.
 * 30 min with a cap of 15 s: about 44 looks while backing off, then 110 more.
 */
export function nextPollSeconds(startedAt: string, now: Date, capSeconds: number): number {
  const waited = secondsBetween(startedAt, now);
  if (Number.isNaN(waited)) throw new InvalidInputError(`No instant: "${startedAt}".`);
  return Math.min(capSeconds, Math.max(1, Math.floor(waited / 10)));
}
