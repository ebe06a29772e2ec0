import { isMutating } from '../calls.ts';
import { pathOf } from '../../asl/history.ts';
import { unitsBefore } from '../../world/world.ts';
import { takesWrites } from '../world/facts.ts';
import type { Noted } from '../ghost.ts';
import { LOOKED_THREE_TIMES, WENT_BACK_BY_HAND } from '../ghost.ts';
import type { Invariant, Seen } from './invariant.ts';
import { hasIntent } from './table.ts';

/** Clients that ask the DNS again: the last one never does, and no failover reaches it. */
const WELL_BEHAVED = [0, 1];

/** Ends of runs that went forward, or that said what they could not put back. */
const wentOn = /^(Recovered|FailoverFailed|StandDownIncomplete|IncidentNotClosed)$/;

/** The last states of all runs that opened an incident. */
function endsOf({ stage }: Seen): string[] {
  return stage.account.executions
    .map(({ history }) => pathOf(history).at(-1) ?? '')
    .filter((end) => end !== 'Declined');
}

/** A request that was stuck in the network until its run was over: nobody can take that back. */
const hasStuck = ({ ghost }: Seen): boolean =>
  ghost.events.some(
    (event) => event.kind === 'fault' && event.fault === 'late' && isMutating(event.call),
  );

/** The old primary is back, and the schedule has had its time. */
const wasLookedFor = (event: Noted): boolean =>
  event.kind === 'world' && event.what === LOOKED_THREE_TIMES;

const wentBack = (event: Noted): boolean =>
  event.kind === 'world' && event.what === WENT_BACK_BY_HAND;

/** The watch takes the rules of the old primary's database away. */
const isFenceOfWatch = (event: Noted): boolean =>
  event.kind === 'call' &&
  event.call.invocation.name === 'on-schedule' &&
  event.call.command === 'RevokeSecurityGroupIngressCommand';

/** A pause, and whatever leaves the service nowhere for the watch to see. */
const keepsTheWatch: ReadonlySet<string> = new Set([
  ...['operator-pauses', 'standby-database-dies', 'primary-dies', 'deploy'],
]);

/** What the world looks like when everything is over. */
export const aftermathInvariants: readonly Invariant[] = [
  {
    id: 'S14',
    promise: 7,
    title:
      'who gives up leaves fences, capacity and traffic as they were, whatever died on the way',
    premise: (event, seen) =>
      event.kind === 'ended' && event.end === 'StoodDown' && !hasIntent(seen),
    atEnd: (seen) => {
      const ends = endsOf(seen);
      // Who is stopped from outside puts nothing back; that is told.
      const isStopped = seen.stage.account.executions.some((execution) =>
        /^(ABORTED|TIMED_OUT)$/.test(execution.status()),
      );
      const gaveUp = ends.length > 0 && !isStopped && !ends.some((end) => wentOn.test(end));
      if (!gaveUp || hasIntent(seen) || hasStuck(seen)) return undefined;
      return whatIsLeft(seen);
    },
  },
  {
    id: 'S19',
    promise: 1,
    title: 'an old primary that comes back after a failover is kept from taking writes',
    premise: wasLookedFor,
    atEnd: ({ ghost, stage }) => {
      const { faults, events } = stage.schedule;
      // What stays broken, and what makes the watch rest, keeps the schedule from acting.
      const isKept = events.some(({ what }) => keepsTheWatch.has(what));
      if (isKept || faults.some(({ stays }) => stays)) return undefined;
      const isOver = endsOf({ ghost, stage, scenario: stage.scenario }).includes('Recovered');
      if (!ghost.events.some(wasLookedFor) || !isOver) return undefined;
      return takesWrites(ghost.facts, 'primary')
        ? 'It was back for three minutes, and takes writes.'
        : undefined;
    },
  },
  {
    id: 'S19b',
    promise: 1,
    title: 'the watch fences only while clients are sent to the standby',
    premise: isFenceOfWatch,
    check: (event, { ghost, stage }) => {
      if (!isFenceOfWatch(event)) return undefined;
      const side = ghost.world.routing.sideOf(stage.plan.traffic[0]?.name ?? '');
      return side === 'standby' ? undefined : `Clients are sent to ${side ?? 'nowhere'}.`;
    },
  },
  {
    id: 'L5',
    promise: 9,
    title: 'after a recovery every client that asks the DNS again writes to the standby',
    premise: (event) => event.kind === 'ended' && event.end === 'Recovered',
    atEnd: (seen) => {
      const { facts, clients } = seen.ghost;
      if (endsOf(seen).at(-1) !== 'Recovered' || !takesWrites(facts, 'standby')) return undefined;
      if (seen.ghost.events.some(wentBack)) return undefined;
      const lost = WELL_BEHAVED.find((client) => {
        const last = clients.ledger.writes.findLast((write) => write.client === client);
        return last?.place !== 'standby' || last.result !== 'acknowledged';
      });
      return lost === undefined ? undefined : `Client ${lost} is not served by the standby.`;
    },
  },
];

function whatIsLeft({ ghost }: Seen): string | undefined {
  const { plan, world, facts } = ghost;
  if (facts.isFenced) return 'The primary is still fenced.';
  for (const [group, rules] of world.ingress) {
    if (rules.length !== 1) return `${group} has ${rules.length} rules instead of 1.`;
  }
  if (world.routing.sideOf(plan.traffic[0]?.name ?? '') === 'standby')
    return 'The name leads to the standby.';
  for (const { id, min, desired, max, suspended } of world.fleets.values()) {
    const before = unitsBefore(plan, max);
    if (min !== before || desired !== before || suspended.size > 0)
      return `${id} has the sizes ${min}, ${desired} and ${max}; the first two were ${before}.`;
  }
  return undefined;
}
