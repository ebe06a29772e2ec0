import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import type { Datapoint } from '@aws-sdk/client-cloudwatch';
import * as z from 'zod';
import { InvalidInputError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';
import type { DatabaseDriver, DriverContext, LagSample } from '../driver.ts';
import type { RdsReadReplica } from './schema.ts';

/** GetMetricStatistics refuses to return more data points than this in one answer. */
const pointsPerCall = 1440;

const Point = z.object({ Timestamp: z.date(), Maximum: z.number(), Unit: z.string() });

/**
 * Samples from the standby Region, where RDS publishes the replica's metrics: reading them needs
 * nothing from the primary. GetMetricStatistics is used because it tells the unit, which
 * GetMetricData does not. The maximum of a period is the pessimistic reading, and a sample is
 * stamped with its period's *beginning*. -1 means that RDS cannot tell (RDS User Guide,
 * Monitoring read replication): the caller treats it as unknown.
 */
export const readLag: DatabaseDriver<RdsReadReplica>['lag'] = async (config, window, context) => {
  const stepMilliseconds = pointsPerCall * config.lag.periodSeconds * 1000;
  const samples: LagSample[] = [];
  for (let from = window.from.getTime(); from < window.to.getTime(); from += stepMilliseconds) {
    const to = Math.min(from + stepMilliseconds, window.to.getTime());
    samples.push(...(await readPart(config, { from: new Date(from), to: new Date(to) }, context)));
  }
  // CloudWatch rounds the start down to its period, and returns points in no particular order.
  return samples
    .filter(({ at }) => at >= window.from && at <= window.to)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
};

async function readPart(
  { replica, lag }: RdsReadReplica,
  window: { readonly from: Date; readonly to: Date },
  { plan, runtime }: DriverContext,
): Promise<readonly LagSample[]> {
  const client = runtime.client(CloudWatchClient, plan.regions.standby);
  const dimensions = lag.dimensions ?? { DBInstanceIdentifier: replica };
  const command = new GetMetricStatisticsCommand({
    Namespace: lag.namespace,
    MetricName: lag.metricName,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StartTime: window.from,
    EndTime: window.to,
    Period: lag.periodSeconds,
    Statistics: ['Maximum'],
  });
  const answer = await ask('GetMetricStatistics', () => client.send(command));
  return (answer.Datapoints ?? []).map(toSample);
}

function toSample(point: Datapoint): LagSample {
  const parsed = Point.safeParse(point);
  if (!parsed.success)
    throw new InvalidInputError('CloudWatch sent a data point without time, maximum or unit.');
  const { Timestamp, Maximum, Unit } = parsed.data;
  return { at: Timestamp, value: Maximum, unit: Unit };
}
