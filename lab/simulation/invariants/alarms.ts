import * as z from 'zod';
import type { Invariant, Seen } from './invariant.ts';
import { enters, kindsOfDown, processesOf } from './looks.ts';
import { incidentsIn } from './table.ts';

/** Triage takes a moment, and the first function may be tried again. */
const TRIAGE_SECONDS = 60;

const AlarmEvent = z.object({ time: z.iso.datetime() });

/** How old the newest alarm is now, in seconds, by what the world sent; 0 if there was none. */
function ageOfAlarm({ stage, ghost }: Seen): number {
  const newest = AlarmEvent.safeParse(stage.alarms.at(-1)).data;
  return newest === undefined ? 0 : (ghost.clock.now().getTime() - Date.parse(newest.time)) / 1000;
}

/** What an alarm may set in motion by itself. */
export const alarmInvariants: readonly Invariant[] = [
  {
    id: 'S3c',
    promise: 2,
    title: 'without a human nothing is fenced while the probes do not agree',
    premise: (event, { ghost }) => enters(event, 'FencePrimary') && ghost.meantYes.size === 0,
    check: (event, seen) => {
      if (!enters(event, 'FencePrimary') || seen.ghost.meantYes.size > 0) return undefined;
      const { detection, regions } = seen.ghost.plan;
      const { rounds, signals } = detection.confirm;
      // A round that was spoiled may have told nothing, and been made again.
      if (hasSpoiledRound(seen)) return undefined;
      const newest = processesOf(seen, /^observe-outage$/).slice(-rounds);
      const weak = newest.find((asked) => kindsOfDown(asked, regions.primary) < signals);
      if (newest.length >= rounds && weak === undefined) return undefined;
      return `Fewer than ${rounds} rounds in a row can have said down in ${signals} kinds.`;
    },
  },
  {
    id: 'S8e',
    promise: 5,
    title: 'an alarm that is older than the plan allows opens no incident',
    premise: (event, seen) =>
      event.kind === 'started' && ageOfAlarm(seen) > seen.ghost.plan.detection.staleAfterSeconds,
    check: (event, seen) => {
      if (event.kind !== 'state' || event.state !== 'ObserveOutage') return undefined;
      const opened = incidentsIn(seen).some(({ execution }) => execution === event.execution);
      const looks = seen.ghost.events.filter((each) => isSameLook(each, event.execution));
      const age = ageOfAlarm(seen);
      const limit = seen.ghost.plan.detection.staleAfterSeconds + TRIAGE_SECONDS;
      return opened && looks.length === 1 && age > limit
        ? `An incident was opened for an alarm that is ${age.toFixed(0)} s old.`
        : undefined;
    },
  },
];

const hasSpoiledRound = ({ ghost }: Seen): boolean =>
  ghost.events.some(
    (event) => event.kind === 'fault' && event.call.invocation.name === 'observe-outage',
  );

const isSameLook = (event: Seen['ghost']['events'][number], execution: string): boolean =>
  enters(event, 'ObserveOutage') && event.kind === 'state' && event.execution === execution;
