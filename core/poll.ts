import { secondsBetween } from './incident.ts';

/**
 * Seconds until the next look: short at first, then a tenth of the time already waited, up to
 * the cap. A wait state takes whole seconds, so that the shortest is one.
 * 30 min with a cap of 15 s: about 25 looks while backing off, then 105 more.
 */
export function nextPollSeconds(startedAt: string, now: Date, capSeconds: number): number {
  const waited = Math.max(0, secondsBetween(startedAt, now));
  return Math.min(capSeconds, Math.max(1, Math.floor(waited / 10)));
}
