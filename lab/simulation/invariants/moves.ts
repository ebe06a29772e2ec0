import type { Place } from '../../world/place.ts';
import { otherPlace } from '../../world/place.ts';
import type { Noted } from '../ghost.ts';
import { takesWrites } from '../world/facts.ts';
import type { Invariant, Seen } from './invariant.ts';
import { enters, hasBeenIn } from './looks.ts';
import { callOf, itemsOf } from './reads.ts';
import { renameOf, whyNotKept } from './renames.ts';

/** Clients that ask the DNS again: the last one never does. */
const WELL_BEHAVED = [0, 1];

/** Ends of runs that promoted nothing, and say that nothing is left. */
const gaveUp = /^(NotMoved|Rejected|Expired)$/;

/** Where the writer is before the switchover: a failover of the same story has moved it. */
function homeOf({ ghost: { events } }: Seen): Place {
  const asked = events.findIndex((event) => enters(event, 'OpenSwitchover'));
  const before = events.slice(0, Math.max(0, asked));
  return before.some(({ kind }) => kind === 'promoted') ? 'standby' : 'primary';
}

const isMoving = (event: Noted, { ghost }: Seen): boolean =>
  event.kind === 'promoted' && event.by === 'workflow' && ghost.entered.has('CatchUp');

/** A request that was stuck in the network until its run was over: nobody can take that back. */
const hasStuck = ({ ghost }: Seen): boolean =>
  ghost.events.some((event) => event.kind === 'fault' && event.fault === 'late');

/** What holds when a service is moved by plan, whatever breaks on the way. */
export const moveInvariants: readonly Invariant[] = [
  {
    id: 'S1m',
    promise: 1,
    of: 'moves',
    title: 'in a switchover at most one database takes writes, whoever approved',
    premise: isMoving,
    check: (event, { ghost: { facts } }) =>
      event.kind !== 'call' &&
      event.kind !== 'answer' &&
      facts.promotionsByHand === 0 &&
      takesWrites(facts, 'primary') &&
      takesWrites(facts, 'standby')
        ? 'Both databases take writes.'
        : undefined,
  },
  {
    id: 'S6m',
    promise: 9,
    of: 'moves',
    title: 'a switchover promotes only what has replayed every write',
    premise: isMoving,
    check: (event, seen) => {
      if (event.kind !== 'promoted' || !isMoving(event, seen)) return undefined;
      const { databases } = seen.ghost.facts;
      const missing = databases.missing(seen.ghost.clock.now().getTime()).length;
      return missing === 0 || (databases.kept.length > 0 && event.lossSeconds === 0)
        ? undefined
        : `${missing} writes were not replayed when it was promoted.`;
    },
  },
  {
    id: 'S12m',
    promise: 7,
    of: 'moves',
    title:
      'once a switchover has asked for its promotion, it does not let writes go on at the source',
    premise: isMoving,
    check: (event, seen) => {
      const call = callOf(event, 'AuthorizeSecurityGroupIngressCommand');
      if (call?.invocation.name !== 'stand-down') return undefined;
      const asked = seen.ghost.events.some(
        (each) =>
          callOf(each, 'PromoteReadReplicaCommand')?.region ===
          regionOf(seen, otherPlace(homeOf(seen))),
      );
      return asked && seen.ghost.entered.has('CatchUp') ? 'The source is opened again.' : undefined;
    },
  },
  {
    id: 'S21',
    promise: 9,
    of: 'moves',
    title:
      'an old instance is renamed only when its own snapshot is there, and nothing is ever deleted',
    premise: (event) => event.kind === 'call' && renameOf(event.call) !== undefined,
    check: (event, seen) => {
      if (event.kind !== 'call') return undefined;
      if (/^(Delete|Restore|Reboot)DB/.test(event.call.command)) return event.call.command;
      return whyNotKept(event.call, seen);
    },
  },
  {
    id: 'S25',
    promise: 7,
    of: 'moves',
    title: 'a switchover that gives up leaves writes going on where they were',
    premise: (event) => event.kind === 'ended' && gaveUp.test(event.end),
    atEnd: (seen) => {
      const { ghost, stage } = seen;
      const ends = ghost.events.flatMap((each) => (each.kind === 'ended' ? [each.end] : []));
      const isOnlyThis = ends.every(
        (end) => /^(Recovered|Declined)$/.test(end) || gaveUp.test(end),
      );
      if (!ends.some((end) => gaveUp.test(end)) || !isOnlyThis || hasStuck(seen)) return undefined;
      // What the world took away is not the switchover's to give back.
      if (stage.schedule.events.some(({ what }) => takesAway.has(what))) return undefined;
      const home = homeOf(seen);
      const side = ghost.world.routing.sideOf(ghost.plan.traffic[0]?.name ?? '');
      if (side !== home) return `The name leads to ${side ?? 'nowhere'}.`;
      return takesWrites(ghost.facts, home) ? undefined : `The ${home} takes no writes.`;
    },
  },
  {
    id: 'S26',
    promise: 7,
    of: 'moves',
    title: 'look, hold, catch up, promote, prove, switch, prove again: in this order on every path',
    premise: (event) => enters(event, 'CloseSwitchover'),
    check: (event, seen) => {
      if (event.kind !== 'state') return undefined;
      const { execution, state } = event;
      if (!execution.startsWith('switchover')) return undefined;
      const broken = order.find(
        ([before, after]) =>
          state === after && !hasBeenIn(seen, execution, new RegExp(`^${before}$`)),
      );
      return broken === undefined ? undefined : `${broken[1]} came without ${broken[0]}.`;
    },
  },
  {
    id: 'L6',
    promise: 9,
    of: 'moves',
    title: 'a replica is built where an old primary is only when its writes are accounted for',
    premise: (event, { ghost }) =>
      enters(event, 'RebuildReplica') && ghost.entered.has('FencePrimary'),
    check: (event, seen) =>
      callOf(event, 'CreateDBInstanceReadReplicaCommand') !== undefined &&
      seen.ghost.entered.has('FencePrimary') &&
      itemsOf(seen, '|SNAPSHOT#reconciled').length === 0
        ? 'Nobody accounted for the writes that the failover left behind.'
        : undefined,
  },
  {
    id: 'L7',
    promise: 9,
    of: 'moves',
    title: 'after a switchover every client that asks the DNS again writes to the target',
    premise: (event) => event.kind === 'ended' && event.end === 'Moved',
    atEnd: (seen) => {
      const { ghost } = seen;
      const { facts, clients } = ghost;
      const moved = ghost.events.findLast(
        (each) => each.kind === 'ended' && !/^(Declined|Prepared)$/.test(each.end),
      );
      if (moved?.kind !== 'ended' || moved.end !== 'Moved' || hasStuck(seen)) return undefined;
      const to = ghost.entered.has('FencePrimary') ? 'primary' : 'standby';
      if (!takesWrites(facts, to)) {
        // What the world took away after it is no fault of the switchover.
        const isTaken = seen.stage.schedule.events.some(({ what }) => takesAway.has(what));
        return isTaken ? undefined : `The ${to} takes no writes.`;
      }
      const lost = WELL_BEHAVED.find((client) => {
        const last = clients.ledger.writes.findLast((write) => write.client === client);
        return last?.place !== to || last.result !== 'acknowledged';
      });
      return lost === undefined ? undefined : `Client ${lost} is not served by the ${to}.`;
    },
  },
];

const regionOf = ({ ghost }: Seen, place: Place): string => ghost.plan.regions[place];

/** Events after which writes cannot go on where they were. */
const takesAway: ReadonlySet<string> = new Set([
  ...['primary-dies', 'standby-database-dies', 'operator-promotes', 'operator-stops'],
  ...['operator-redrives', 'operator-starts-again'],
]);

/** States that come before others, on every path. */
const order: readonly (readonly [before: string, after: string])[] = [
  ['RecheckReadiness', 'HoldWrites'],
  ['HoldWrites', 'CatchUp'],
  ['CatchUp', 'PromoteDatabase'],
  ['PromoteDatabase', 'VerifyStandby'],
  ['VerifyStandby', 'SwitchRoute'],
  ['SwitchRoute', 'VerifyService'],
  ['VerifyService', 'CloseSwitchover'],
];
