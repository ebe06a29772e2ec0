import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { readReasonData } from '../core/alarm.ts';
import { describeError } from '../core/errors.ts';
import type { Incident, OutageStart } from '../core/incident.ts';
import { ask } from './errors.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';

/** The longest chain of composite alarms that is followed. */
const MAX_DEPTH = 3;

/**
 * When the outage began. A metric alarm tells it itself; for a composite alarm the children that
 * are in ALARM are asked, and the earliest counts. What cannot be read stays unknown.
 */
export async function findOutageStart(runtime: Runtime, incident: Incident): Promise<OutageStart> {
  if (incident.outageStart.known) return incident.outageStart;
  try {
    const found = await readAgain(() => startOf(runtime, [nameOf(incident.alarm)], MAX_DEPTH));
    return found ?? incident.outageStart;
  } catch (error) {
    return { known: false, reason: `${incident.outageStart.reason}; ${describeError(error)}` };
  }
}

async function startOf(
  runtime: Runtime,
  names: readonly string[],
  depth: number,
): Promise<OutageStart | undefined> {
  if (names.length === 0 || depth === 0) return undefined;
  const client = runtime.client(CloudWatchClient, runtime.environment.region);
  const command = new DescribeAlarmsCommand({
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
  });
  const { MetricAlarms = [], CompositeAlarms = [] } = await ask('DescribeAlarms', () =>
    client.send(command),
  );
  const metric = MetricAlarms.filter(({ StateValue }) => StateValue === 'ALARM');
  const starts = metric.map(({ StateReasonData }) => readReasonData(StateReasonData).outageStart);
  const children = CompositeAlarms.flatMap(
    ({ StateReasonData }) => readReasonData(StateReasonData).triggeringAlarms,
  );
  const deeper = await startOf(runtime, children.map(nameOf), depth - 1);
  const found = [...starts, ...(deeper === undefined ? [] : [deeper])];
  // One child that does not tell may have begun to fail last: then nothing is known.
  const silent = found.find(({ known }) => !known);
  if (silent !== undefined) return silent;
  const known = found.flatMap((start) => (start.known ? [start] : []));
  // The latest bound is the widest: what was lost must never be understated.
  const earliest = known.map(({ earliestAt }) => earliestAt).toSorted()[0];
  const latest = known
    .map(({ latestAt }) => latestAt)
    .toSorted()
    .at(-1);
  if (earliest === undefined || latest === undefined) return undefined;
  return { known: true, earliestAt: earliest, latestAt: latest };
}

/** The name in an alarm's ARN; a name may hold colons itself. */
function nameOf(arn: string): string {
  return arn.split(':').slice(6).join(':');
}
