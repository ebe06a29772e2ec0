import type { IncidentReport } from '../../core/report.ts';
import type { BusySpan } from './busy.ts';
import { busySeconds } from './busy.ts';
import type { World } from './world.ts';

/** An outage as the clients saw it. */
export interface ClientOutage {
  readonly startAt: Date;
  readonly endAt: Date;
}

const after = (from: Date, seconds: number): Date => new Date(from.getTime() + seconds * 1000);

/**
 * What of an outage was ours: its length less the time in which everybody waited for the world.
 * The world's time is what the alarm took, the outage's minimum length and rounds that the plan
 * demands, a human's decision, promotion, launches, DNS changes and the caches of clients.
 */
export function overheadSeconds(
  world: World,
  report: Pick<IncidentReport, 'openedAt'>,
  { startAt, endAt }: ClientOutage,
  clientCacheSeconds: number,
): number {
  const openedAt = new Date(report.openedAt);
  const { confirm } = world.plan.detection;
  const confirmSeconds = Math.max(
    confirm.minimumOutageSeconds,
    (confirm.rounds - 1) * confirm.intervalSeconds,
  );
  const caches = world.busy
    .filter(({ what }) => what.startsWith('health check') || what.startsWith('record'))
    .map(({ to }): BusySpan => ({
      what: 'client caches',
      from: to,
      to: after(to, clientCacheSeconds),
    }));
  const spans: BusySpan[] = [
    ...world.busy,
    ...caches,
    { what: 'detection', from: startAt, to: openedAt },
    { what: 'confirmation', from: openedAt, to: after(openedAt, confirmSeconds) },
  ];
  const total = (endAt.getTime() - startAt.getTime()) / 1000;
  return Math.max(0, total - busySeconds(spans, startAt, endAt));
}
