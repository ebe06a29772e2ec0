import type { Noted } from '../ghost.ts';
import { ALARM_AFTER_HEALING } from '../ghost.ts';
import { isAlive } from '../world/facts.ts';
import type { Invariant, Seen } from './invariant.ts';
import { itemsOf, lockOf } from './reads.ts';

/** Longer than any run of a simulated scenario that nobody stalls. */
const BOUND_HOURS = 30;

const hasFault = ({ ghost }: Pick<Seen, 'ghost'>): boolean =>
  ghost.events.some(({ kind }) => kind === 'fault');

/** Kinds after which the same call works again. A refusal does not pass: somebody has to act. */
const passing = new Set([
  ...['throttled', 'requestLost', 'replyLost', 'crashBefore', 'crashAfter'],
  ...['duplicate', 'stale'],
]);

/** Whether all that is spoiled is one call, once, and nothing else happens. */
function hasPassingFault({ stage: { schedule }, ghost }: Seen): boolean {
  const [fault, ...others] = schedule.faults;
  if (fault === undefined || others.length > 0 || schedule.events.length > 0) return false;
  return !fault.stays && passing.has(fault.kind) && hasFault({ ghost });
}

/** Whether the outage was there when the first alarm came. */
function wasDownFirst({ events, outageAt = Infinity }: Seen['ghost']): boolean {
  return outageAt <= (events.find(({ kind }) => kind === 'started')?.at ?? 0);
}

function isAfterHealing(event: Noted): boolean {
  return event.kind === 'world' && event.what === ALARM_AFTER_HEALING;
}

/** How runs end, and that somebody hears of it. */
export const endingInvariants: readonly Invariant[] = [
  {
    id: 'L1',
    promise: 5,
    of: 'all',
    title: 'the scenario ends as it should when nothing of ours is broken',
    premise: (event, seen) => event.kind === 'finished' && !hasFault(seen),
    atEnd: (seen) => {
      const { ghost, scenario, stage } = seen;
      if (hasFault(seen) || stage.schedule.events.length > 0) return undefined;
      // Who is stopped ends where it was; what came of it is told by the runs after it.
      const ends = ghost.events.flatMap((event) =>
        event.kind === 'ended' && event.status !== 'ABORTED' ? [event.end] : [],
      );
      const isMeant = scenario.ends.includes('Declined');
      const main = isMeant ? ends : ends.filter((end) => end !== 'Declined');
      const wrong = main.find((end) => !scenario.ends.includes(end));
      if (wrong !== undefined || main.length === 0)
        return `It ended in ${ends.join(', ') || 'nothing'} instead of ${scenario.ends.join(' or ')}.`;
      const wanted =
        scenario.promotions === 'either' ? Number(main.includes('Recovered')) : scenario.promotions;
      return ghost.promotionsByWorkflow === wanted
        ? undefined
        : `${ghost.promotionsByWorkflow} promotions instead of ${wanted}.`;
    },
  },
  {
    id: 'L1b',
    promise: 7,
    title: 'a fault that passes costs a recovery time, and nothing else',
    premise: (event, seen) => event.kind === 'finished' && hasPassingFault(seen),
    atEnd: (seen) => {
      const { ghost, scenario } = seen;
      if (!hasPassingFault(seen) || scenario.ends.join() !== 'Recovered') return undefined;
      // Where the primary is back by then, or dies only when it was looked at, time changes more.
      if (isAlive(ghost.facts) || !wasDownFirst(ghost)) return undefined;
      const healed = ghost.events.findIndex(isAfterHealing);
      const ends = ghost.events
        .slice(0, healed < 0 ? undefined : healed)
        .flatMap((event) => (event.kind === 'ended' ? event.end : []));
      return ends.includes('Recovered') ? undefined : `It ended in ${ends.join(', ')}.`;
    },
  },
  {
    id: 'L1c',
    promise: 7,
    title: 'once everything works again, the next alarm recovers the service',
    premise: isAfterHealing,
    atEnd: ({ ghost }) => {
      const healed = ghost.events.findLastIndex(isAfterHealing);
      const ends = ghost.events
        .slice(healed + 1)
        .flatMap((event) => (event.kind === 'ended' ? event.end : []));
      return healed < 0 || ends.includes('Recovered')
        ? undefined
        : `The alarm after that ended in ${ends.join(', ') || 'nothing'}.`;
    },
  },
  {
    id: 'L2',
    promise: 7,
    of: 'all',
    title: 'every run ends in a declared state, and its lock is given back',
    premise: (event) => event.kind === 'ended',
    atEnd: (seen) => {
      const { ghost, stage } = seen;
      const lasted = (ghost.clock.now().getTime() - ghost.startedAt) / 3_600_000;
      if (lasted > BOUND_HOURS) return `It took ${lasted.toFixed(1)} hours.`;
      const open = stage.account.executions.find((execution) => execution.status() === 'RUNNING');
      if (open !== undefined) return `${open.name} is still running.`;
      const lost = ghost.events.find(
        (event) =>
          event.kind === 'ended' && event.status !== 'ABORTED' && !stage.endStates.has(event.end),
      );
      if (lost?.kind === 'ended') return `${lost.execution} died in ${lost.end}.`;
      return lockOf(seen)?.status === 'open' && stage.account.problems.length === 0
        ? 'The lock is still held, and no problem was reported.'
        : undefined;
    },
  },
  {
    id: 'L3',
    promise: 10,
    of: 'all',
    title: 'every ending of an incident was told, or lies in the dead-letter queue',
    premise: (event) => event.kind === 'ended' && event.end !== 'Declined',
    atEnd: ({ ghost, stage }) => {
      const opened = itemsOf({ ghost, stage, scenario: stage.scenario }, '|INCIDENT#').length > 0;
      const untold = ghost.events.find(
        (event) => event.kind === 'ended' && event.end !== 'Declined' && !isTold(ghost, event.at),
      );
      return opened && untold !== undefined && stage.account.problems.length === 0
        ? 'A run ended, nobody was told, and nothing is in the dead-letter queue.'
        : undefined;
    },
  },
];

/** Somebody was told around the time of an ending: while it was closed, or by the watcher after. */
function isTold({ world }: Seen['ghost'], endedAt: number): boolean {
  return world.deliveries.some(({ at, subject }) => {
    const isNear = at.getTime() >= endedAt - 1_800_000;
    return (
      isNear &&
      /RECOVERED|MOVED|PREPARED|FAILED|STOOD DOWN|REJECTED|EXPIRED|Workflow/i.test(subject)
    );
  });
}
