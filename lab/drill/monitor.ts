import * as z from 'zod';
import type { Json } from '../../core/json.ts';
import type { LabClock } from '../clock.ts';
import type { Parts } from '../parts/world-parts.ts';
import type { Datapoint, World } from '../world/world.ts';

const PROBE_MILLISECONDS = 250;
const PERIOD_SECONDS = 1;
const SHORTEST_PAST_SECONDS = 5;
/** Failing for this long makes the alarm go off: two periods of a second. */
const ALARM_AFTER_MILLISECONDS = 2000;

/** Watches the service from outside, as CloudWatch does: metrics, and an alarm on them. */
export interface Monitor {
  /** Resolves with the alarm's event when the primary does not answer for two periods. */
  alarm(): Promise<Json>;
  /** Stops watching; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** Starts watching. The lag is read on the standby, from the heartbeat that crossed the link. */
export function startMonitor(world: World, parts: Parts, clock: LabClock): Monitor {
  const stopping = new AbortController();
  const { promise: alarm, resolve: goOff } = Promise.withResolvers<Json>();
  const lag = sampleLag(world, parts, clock, stopping.signal);
  const probe = probePrimary(world, clock, stopping.signal, goOff);
  return {
    alarm: async () => await alarm,
    async stop() {
      stopping.abort();
      await Promise.all([lag, probe]);
    },
  };
}

async function every(
  milliseconds: number,
  clock: LabClock,
  signal: AbortSignal,
  action: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await action();
    await clock.sleep(milliseconds, signal).catch(() => undefined);
  }
}

async function sampleLag(
  world: World,
  parts: Parts,
  clock: LabClock,
  signal: AbortSignal,
): Promise<void> {
  const Row = z.object({ lag: z.number().nullable() });
  const sql =
    'SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 AS lag FROM heartbeat';
  await every(PROBE_MILLISECONDS, clock, signal, async () => {
    try {
      const [row] = await parts.standby.database.query(Row, sql);
      if (row?.lag === null || row === undefined) return;
      addSample(world, clock.now(), Math.max(0, row.lag));
    } catch {
      // A sample that cannot be taken is missing, as in CloudWatch.
    }
  });
}

/** Every database of the plan follows the one real primary, so that all lag alike. */
function addSample(world: World, at: Date, value: number): void {
  for (const { lag } of world.plan.databases) {
    const metric = `${lag.namespace}/${lag.metricName}`;
    const points = world.metrics.get(metric) ?? historyOf(lag, at, value);
    world.metrics.set(metric, points);
    points.push({ at, value, unit: 'Seconds' });
  }
}

/**
 * A metric that is published each minute would have no sample yet: the drill begins with a service
 * that has been running, at the lag that is measured first. A metric of seconds needs no past.
 */
function historyOf(
  lag: { readonly periodSeconds: number; readonly windowSeconds: number },
  until: Date,
  value: number,
): Datapoint[] {
  if (lag.periodSeconds <= SHORTEST_PAST_SECONDS) return [];
  const count = Math.floor(lag.windowSeconds / lag.periodSeconds);
  return Array.from({ length: count }, (_, index) => {
    const before = (count - index) * lag.periodSeconds * 1000;
    return { at: new Date(until.getTime() - before), value, unit: 'Seconds' };
  });
}

async function probePrimary(
  world: World,
  clock: LabClock,
  signal: AbortSignal,
  goOff: (event: Json) => void,
): Promise<void> {
  let lastGoodAt = clock.now();
  let isUp = true;
  await every(PROBE_MILLISECONDS, clock, signal, async () => {
    const isAnswering = await answers(world);
    if (isAnswering) lastGoodAt = clock.now();
    if (isAnswering === isUp) {
      if (isUp) return;
      if (clock.now().getTime() - lastGoodAt.getTime() < ALARM_AFTER_MILLISECONDS) return;
      goOff(raiseAlarm(world, lastGoodAt));
      return;
    }
    isUp = isAnswering;
    if (isUp) for (const alarm of world.alarms.values()) alarm.state = 'OK';
  });
}

async function answers(world: World): Promise<boolean> {
  const probe = world.plan.detection.probes.find(({ kind }) => kind === 'https' || kind === 'tcp');
  try {
    if (probe?.kind === 'https') {
      const { status } = await world.physics.network.https(probe);
      return status === probe.expectStatus;
    }
    if (probe?.kind === 'tcp') await world.physics.network.tcp(probe);
    return true;
  } catch {
    return false;
  }
}

/** Sets the plan's first alarm to ALARM, and makes the event that CloudWatch sends. */
export function raiseAlarm(world: World, startedAt: Date): Json {
  const [alarm] = world.alarms.values();
  if (alarm === undefined) throw new Error('The plan names no alarm.');
  const now = world.clock.now().toISOString();
  alarm.state = 'ALARM';
  alarm.reasonData = JSON.stringify({
    version: '1.0',
    queryDate: now,
    startDate: startedAt.toISOString(),
    statistic: 'Maximum',
    period: PERIOD_SECONDS,
    recentDatapoints: [1, 1],
    threshold: 0.5,
  });
  const name = alarm.arn.split(':').slice(6).join(':');
  return {
    version: '0',
    id: `event-${Date.parse(now)}`,
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    account: '111122223333',
    time: now,
    region: world.plan.regions.standby,
    resources: [alarm.arn],
    detail: {
      alarmName: name,
      state: {
        value: 'ALARM',
        reason: 'Threshold Crossed: 2 datapoints were greater than the threshold (0.5).',
        reasonData: alarm.reasonData,
        timestamp: now,
      },
      previousState: { value: 'OK', reason: '', timestamp: startedAt.toISOString() },
      configuration: { metrics: [] },
    },
  };
}
