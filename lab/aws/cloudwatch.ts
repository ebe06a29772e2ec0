import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** CloudWatch: the plan's alarms and the lag metric. Cross-Region reading does not exist. */
export const cloudWatch: Service = {
  ...modelled(
    'DescribeAlarmsCommand',
    z.strictObject({
      AlarmNames: z.array(z.string()),
      AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])),
    }),
    ({ AlarmNames }, { world }) => ({
      MetricAlarms: AlarmNames.flatMap((name) =>
        [...world.alarms.values()]
          .filter(({ arn }) => arn.endsWith(`:alarm:${name}`))
          .map(({ arn, state, reasonData }) => ({
            AlarmArn: arn,
            AlarmName: name,
            StateValue: state,
            StateReasonData: reasonData,
          })),
      ),
      CompositeAlarms: [],
    }),
  ),

  ...modelled(
    'GetMetricStatisticsCommand',
    z.strictObject({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })),
      StartTime: z.date(),
      EndTime: z.date(),
      Period: z.int(),
      Statistics: z.tuple([z.literal('Maximum')]),
    }),
    ({ Namespace, MetricName, StartTime, EndTime, Period }, { world }) => {
      const metric = `${Namespace}/${MetricName}`;
      const kept = world.metrics.get(metric) ?? [];
      // Numbers: a run asks for a few points of many thousands, and to compare dates is slow.
      const [from, to] = [StartTime.getTime(), EndTime.getTime()];
      const points =
        world.readings?.(metric, StartTime, EndTime) ??
        kept.filter(({ at }) => at.getTime() >= from && at.getTime() < to);
      const periods = Map.groupBy(points, ({ at }) => Math.floor(at.getTime() / (Period * 1000)));
      return {
        Label: MetricName,
        Datapoints: [...periods].map(([index, each]) => ({
          Timestamp: new Date(index * Period * 1000),
          Maximum: Math.max(...each.map(({ value }) => value)),
          Unit: each[0]?.unit,
        })),
      };
    },
  ),
};
