import type { Ghost } from './ghost.ts';
import type { Fault, Schedule, WorldEvent } from './schedule.ts';

/**
 * What a schedule says and its run did not do, in sentences. Such a run shows nothing of what its
 * schedule is about. It does not tell whether what happened made a difference.
 */
export function neverHappened(
  { faults, events }: Pick<Schedule, 'faults' | 'events'>,
  ghost: Pick<Ghost, 'events'>,
): string[] {
  return [
    ...faults.flatMap((fault) => missedFault(fault, ghost)),
    ...events.flatMap((event) => missedEvent(event, ghost)),
  ];
}

function missedFault({ call, kind }: Fault, ghost: Pick<Ghost, 'events'>): string[] {
  const there = ghost.events.filter(
    (event) => event.kind === 'fault' && event.call.number === call,
  );
  if (there.some((event) => event.kind === 'fault' && event.fault === kind)) return [];
  const calls = ghost.events.filter((event) => event.kind === 'call').length;
  const why =
    call >= calls
      ? `the run made ${calls} calls`
      : there.length > 0
        ? 'another fault is at this call'
        : 'every fault had healed by then';
  return [`The fault ${kind} at call ${call} never happened: ${why}.`];
}

function missedEvent({ what, state, visit }: WorldEvent, ghost: Pick<Ghost, 'events'>): string[] {
  const entries = ghost.events.filter(
    (event) => event.kind === 'state' && event.state === state,
  ).length;
  if (entries >= visit) return [];
  const times = entries === 1 ? '1 time' : `${entries} times`;
  return [
    `The event ${what} at entry ${visit} of ${state} never happened: ` +
      `the run entered ${state} ${times}.`,
  ];
}
