import * as z from 'zod';
import { InvalidInputError } from './errors.ts';
import type { OutageStart } from './incident.ts';

/** The longest event that is looked at; EventBridge itself allows 256 KiB. */
const MAX_EVENT_CHARACTERS = 262_144;
const MAX_REASON_CHARACTERS = 500;

/** The fields of a CloudWatch alarm event that we use. AWS may add others at any time. */
const AlarmEvent = z.object({
  id: z.string().max(200),
  source: z.literal('aws.cloudwatch'),
  'detail-type': z.literal('CloudWatch Alarm State Change'),
  time: z.string(),
  resources: z.tuple([z.string().startsWith('arn:').max(600)]),
  detail: z.object({
    alarmName: z.string().min(1).max(255),
    state: z.object({
      value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
      reason: z.string().default(''),
      reasonData: z.string().optional(),
      timestamp: z.string(),
      actionsSuppressedBy: z.string().optional(),
    }),
    muteDetail: z.object({ mutedByArn: z.string().optional() }).optional(),
  }),
});

/** A CloudWatch alarm as the event tells it. */
export interface Alarm {
  readonly eventId: string;
  readonly arn: string;
  readonly name: string;
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
  readonly reason: string;
  readonly at: string;
  /** Why actions are muted or suppressed, if they are: the event is sent all the same. */
  readonly suppressedBy: string | undefined;
  /** When the outage began, from the metric alarm's own data. */
  readonly outageStart: OutageStart;
  /** Alarms that made a composite alarm go off: their data tells the outage's beginning. */
  readonly triggeringAlarms: readonly string[];
}

/**
 * Reads an alarm event as EventBridge delivers it.
 * @throws InvalidInputError naming each field that is wrong, what was found and what is needed.
 */
export function parseAlarmEvent(event: unknown): Alarm {
  const size = JSON.stringify(event ?? null).length;
  if (size > MAX_EVENT_CHARACTERS) {
    throw new InvalidInputError(
      `The event is ${size} characters long; an alarm event has at most ${MAX_EVENT_CHARACTERS}.`,
    );
  }
  const parsed = AlarmEvent.safeParse(event);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'event'}: ${message}`,
    );
    throw new InvalidInputError(`This is no CloudWatch alarm event. ${problems.join('; ')}`);
  }
  const { detail, id, resources } = parsed.data;
  const at = instant(detail.state.timestamp, 'detail.state.timestamp');
  return {
    eventId: id,
    arn: resources[0],
    name: detail.alarmName,
    state: detail.state.value,
    reason: detail.state.reason.slice(0, MAX_REASON_CHARACTERS),
    at,
    suppressedBy: detail.muteDetail
      ? `mute rule ${detail.muteDetail.mutedByArn ?? 'without a name'}`
      : detail.state.actionsSuppressedBy,
    ...readReasonData(detail.state.reasonData),
  };
}

const ReasonData = z.object({
  startDate: z.string().optional(),
  period: z.number().positive().optional(),
  queryDate: z.string().optional(),
  threshold: z.number().optional(),
  recentDatapoints: z.array(z.number().nullable()).optional(),
  triggeringAlarms: z.array(z.object({ arn: z.string() })).optional(),
});
type ReasonData = z.infer<typeof ReasonData>;

/**
 * The outage began in the first period that the alarm looked at, so within `period` seconds of
 * `startDate`; or, if not all of its data points were bad (an alarm on M of N), at any time until
 * it was evaluated. `reasonData` is JSON in a string, and may be missing.
 */
export function readReasonData(
  text: string | undefined,
): Pick<Alarm, 'outageStart' | 'triggeringAlarms'> {
  const parsed = ReasonData.safeParse(parseJson(text));
  if (!parsed.success) {
    return unknownStart('the alarm carries no readable reasonData');
  }
  const { startDate, triggeringAlarms } = parsed.data;
  if (triggeringAlarms !== undefined) {
    return unknownStart(
      'a composite alarm does not say when its children began to fail',
      triggeringAlarms.map(({ arn }) => arn),
    );
  }
  const earliestAt = readInstant(startDate);
  const latestAt = earliestAt === undefined ? undefined : latestStart(earliestAt, parsed.data);
  if (earliestAt === undefined || latestAt === undefined || latestAt < earliestAt) {
    return unknownStart('the alarm names no usable startDate and period');
  }
  return { outageStart: { known: true, earliestAt, latestAt }, triggeringAlarms: [] };
}

function latestStart(earliestAt: string, data: ReasonData): string | undefined {
  const { period, queryDate, threshold, recentDatapoints = [] } = data;
  if (period === undefined) return undefined;
  const sides = recentDatapoints.map((point) =>
    point === null || threshold === undefined ? 0 : Math.sign(point - threshold),
  );
  if (sides.some((side) => side !== sides.at(-1))) return readInstant(queryDate);
  return readInstant(Date.parse(earliestAt) + period * 1000);
}

/** An instant that our own schemas accept: in the years 2000 to 9999. */
function readInstant(text: string | number | undefined): string | undefined {
  const date = new Date(text ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return undefined;
  const year = date.getUTCFullYear();
  return year >= 2000 && year <= 9999 ? date.toISOString() : undefined;
}

function unknownStart(
  reason: string,
  triggeringAlarms: readonly string[] = [],
): Pick<Alarm, 'outageStart' | 'triggeringAlarms'> {
  return { outageStart: { known: false, reason }, triggeringAlarms };
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function instant(text: string, where: string): string {
  const at = readInstant(text);
  if (at === undefined) {
    const found = JSON.stringify(text.slice(0, 40));
    throw new InvalidInputError(`${where}: found ${found}, expected a timestamp.`);
  }
  return at;
}
