import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Noted } from '../ghost.ts';
import type { Seen } from './invariant.ts';

/** What was asked in one process of a function, and what it was really answered. */
export interface Asked {
  readonly client: string;
  readonly command: string;
  readonly region: string;
  /** Undefined where no answer came. */
  readonly answer: object | undefined;
}

/** The calls of each process of a function, the oldest process first. */
export function processesOf({ ghost }: Seen, name: RegExp): Asked[][] {
  const answers = new Map<number, object>();
  for (const event of ghost.events) {
    if (event.kind === 'answer') answers.set(event.call.number, event.answer);
  }
  const processes = new Map<number, Asked[]>();
  for (const event of ghost.events) {
    if (event.kind !== 'call' || !name.test(event.call.invocation.name)) continue;
    const { number, invocation } = event.call;
    const asked = processes.get(invocation.number) ?? [];
    processes.set(invocation.number, [...asked, { ...event.call, answer: answers.get(number) }]);
  }
  return [...processes.values()];
}

/** The calls of the newest process of a function that made calls like `like`; oldest first. */
export function newestProcess(
  seen: Seen,
  name: RegExp,
  like: (call: Omit<Asked, 'answer'>) => boolean = () => true,
): Asked[] {
  return processesOf(seen, name).findLast((asked) => asked.some((call) => like(call))) ?? [];
}

/** The status of an answer over HTTPS; undefined if there was none. */
export function statusOf({ answer }: Asked): number | undefined {
  const status: unknown = Reflect.get(answer ?? {}, 'status');
  return typeof status === 'number' ? status : undefined;
}

/** Whether every check that a process made over the network was passed, and there was one. */
export function passedAll(asked: readonly Asked[]): boolean {
  const checks = asked.filter(({ client }) => client === 'network');
  return checks.length > 0 && checks.every((each) => (statusOf(each) ?? 500) < 400);
}

const Lag = z.object({
  Datapoints: z.array(z.object({ Timestamp: z.date(), Maximum: z.number(), Unit: z.string() })),
});
type Reading = z.infer<typeof Lag>['Datapoints'][number];

/** The readings of the lag that a process was given, oldest first. */
export function readingsIn(asked: readonly Asked[]): Reading[] {
  return asked
    .flatMap(({ answer }) => Lag.safeParse(answer).data?.Datapoints ?? [])
    .toSorted((a, b) => a.Timestamp.getTime() - b.Timestamp.getTime());
}

/** Whether the newest reading says how far replication was behind. */
export function isLagKnown(asked: readonly Asked[]): boolean {
  const newest = readingsIn(asked).at(-1);
  return newest?.Unit === 'Seconds' && newest.Maximum >= 0;
}

const Instances = z.object({ DBInstances: z.array(z.object({ DBInstanceStatus: z.string() })) });
const Alarms = z.object({ MetricAlarms: z.array(z.object({ StateValue: z.string() })) });

/** So many kinds of evidence at the most can say down to whoever made these calls. */
export function kindsOfDown(asked: readonly Asked[], primary: string): number {
  const web = asked.filter(({ client, region }) => client === 'network' && region === 'primary');
  const isSilent = (call: Asked): boolean => (statusOf(call) ?? 500) >= 500;
  const [newest, before] = readingsIn(asked).toReversed();
  const grown = newest !== undefined && before !== undefined && newest.Maximum > before.Maximum;
  const kinds = [
    web.some((call) => call.command !== 'tcp' && isSilent(call)),
    web.some(({ command, answer }) => command === 'tcp' && answer === undefined),
    asked.some(({ region, answer }) => {
      const [instance] = Instances.safeParse(answer).data?.DBInstances ?? [];
      return region === primary && instance !== undefined
        ? instance.DBInstanceStatus !== 'available'
        : false;
    }),
    asked.some(
      ({ answer }) => Alarms.safeParse(answer).data?.MetricAlarms[0]?.StateValue === 'ALARM',
    ),
    grown,
  ];
  return kinds.filter(Boolean).length;
}

/** Whether two things of the table are the same. */
export const isSame = isDeepStrictEqual;

/** Whether an event enters this state. */
export function enters(event: Noted, state: string): boolean {
  return event.kind === 'state' && event.state === state;
}

/** Whether an execution entered one of these states before. */
export function hasBeenIn({ ghost }: Seen, execution: string, states: RegExp): boolean {
  return ghost.events.some(
    (event) => event.kind === 'state' && event.execution === execution && states.test(event.state),
  );
}

/**
 * Whether the alarm says that the outage began before it did, and no look of the newest run could
 * know better. Every bound of the loss rests on that word then (README, promise 4).
 */
export function isMisled({ ghost }: Seen): boolean {
  const { looks, events, claimedAt = 0, outageAt = Infinity } = ghost;
  const startedAt = events.findLast(({ kind }) => kind === 'started')?.at ?? 0;
  const wasSeen = [...looks.values()].some(
    (look) => look.startedAt >= startedAt && look.sightings > 0,
  );
  return outageAt > claimedAt + 2000 && !wasSeen;
}
