import type { Noted } from '../ghost.ts';
import { isAlive } from '../world/facts.ts';
import type { Invariant, Seen } from './invariant.ts';
import { hasBeenIn } from './looks.ts';
import { callOf, incidentOf } from './reads.ts';
import { incidentsIn } from './table.ts';

const isEntered = (event: Noted, state: string): boolean =>
  event.kind === 'state' && event.state === state;

/** When a promotion may first have had an effect; nothing goes back from there. */
const isPastReturn = ({ ghost }: Seen): boolean => ghost.commands.has('PromoteReadReplicaCommand');

/** Ends of runs that promoted nothing. */
const gaveUp = /^(StoodDown|Rejected|Expired|NotPromoted|Declined)$/;

/** States that come before others, on every path. */
const order: readonly (readonly [before: string, after: string])[] = [
  ['FencePrimary', 'PromoteDatabase'],
  ['LastLook', 'PromoteDatabase'],
  ['PromoteDatabase', 'VerifyStandby'],
  ['VerifyStandby', 'SwitchRoute'],
  ['SwitchRoute', 'VerifyService'],
];

/** In which order things happen, and what no longer may. */
export const orderInvariants: readonly Invariant[] = [
  {
    id: 'S10',
    promise: 1,
    title: 'fence, promote, prove, switch, prove again: in this order on every path',
    premise: (event) => isEntered(event, 'VerifyService'),
    check: (event, seen) => {
      if (event.kind !== 'state') return undefined;
      const broken = order.find(
        ([before, after]) =>
          event.state === after && !hasBeenIn(seen, event.execution, new RegExp(`^${before}$`)),
      );
      return broken === undefined ? undefined : `${broken[1]} came without ${broken[0]}.`;
    },
  },
  {
    id: 'S11',
    promise: 1,
    title: 'without a human only a fence that holds is called confirmed',
    premise: (event, { ghost }) =>
      callOf(event, 'PromoteReadReplicaCommand') !== undefined && !ghost.acceptsDivergence,
    check: (event, { ghost }) => {
      if (callOf(event, 'PromoteReadReplicaCommand') === undefined) return undefined;
      const { facts } = ghost;
      return !ghost.acceptsDivergence &&
        isAlive(facts) &&
        !facts.isFenced &&
        facts.databases.accepts('primary')
        ? 'The old primary takes writes, nobody accepted that, and the promotion is asked for.'
        : undefined;
    },
  },
  {
    id: 'S12',
    promise: 7,
    title: 'once a promotion was asked for, nothing unfences, goes back, or says that it was not',
    premise: (event) => callOf(event, 'PromoteReadReplicaCommand') !== undefined,
    check: (event, seen) => {
      if (event.kind !== 'call' || !isPastReturn(seen)) return undefined;
      const { command, invocation } = event.call;
      if (command === 'AuthorizeSecurityGroupIngressCommand') return 'The old primary is unfenced.';
      return invocation.name === 'stand-down' && command === 'DeleteObjectCommand'
        ? 'The traffic is led back to the old primary.'
        : undefined;
    },
    atEnd: ({ ghost }) => {
      const promoting = new Set(
        ghost.events.flatMap((event) =>
          event.kind === 'state' && event.state === 'WaitForPromotion' ? [event.execution] : [],
        ),
      );
      const denied = ghost.events.find(
        (event) =>
          event.kind === 'ended' &&
          promoting.has(event.execution) &&
          ['StoodDown', 'Rejected', 'Expired', 'NotPromoted'].includes(event.end),
      );
      return denied === undefined
        ? undefined
        : 'A run that asked for a promotion ended as if it had not.';
    },
  },
  {
    id: 'S13',
    promise: 7,
    of: 'all',
    title: 'a promotion whose answer was lost is followed by a look, not by another request',
    premise: (event) =>
      event.kind === 'fault' && event.call.command === 'PromoteReadReplicaCommand',
    check: (event, { ghost }) => {
      const call = callOf(event, 'PromoteReadReplicaCommand');
      if (call === undefined) return undefined;
      const id: unknown = Reflect.get(Object(call.input), 'DBInstanceIdentifier');
      const since = ghost.events
        .slice(0, event.index)
        .findLastIndex(
          (each) =>
            each.kind === 'call' &&
            each.call.command === 'PromoteReadReplicaCommand' &&
            Reflect.get(Object(each.call.input), 'DBInstanceIdentifier') === id,
        );
      if (since < 0) return undefined;
      const looked = ghost.events
        .slice(since, event.index)
        .some(
          (each) => each.kind === 'answer' && each.call.command === 'DescribeDBInstancesCommand',
        );
      return looked ? undefined : `${String(id)} is asked for a second time without a look.`;
    },
  },
  {
    id: 'S15',
    promise: 2,
    of: 'all',
    title: 'of a yes and a no one counts; opening a link changes nothing',
    premise: (event) => event.kind === 'vote',
    check: (event) => {
      if (event.kind !== 'call' || event.call.invocation.name !== 'front-door') return undefined;
      const method = methodOf(event.call.invocation.payload);
      return method === 'GET' && /^(Put|Update|Transact|Delete)/.test(event.call.command)
        ? `A GET made the call ${event.call.command}.`
        : undefined;
    },
  },
  {
    id: 'S16',
    promise: 2,
    title:
      'who is rejected, who expires and who stands down has promoted nothing and moved nothing',
    premise: (event) => event.kind === 'ended' && promotedNothing.test(event.end),
    atEnd: (seen) => {
      const { ghost } = seen;
      const incidents = incidentsThatEnded(seen, promotedNothing);
      const moved = ghost.events.find(
        (event) =>
          event.kind === 'call' &&
          (event.call.command === 'PromoteReadReplicaCommand' ||
            event.call.invocation.name === 'switch-route') &&
          incidents.has(incidentOf(event.call)?.id ?? ''),
      );
      if (moved?.kind === 'call')
        return `${moved.call.command} was called by ${moved.call.invocation.name}.`;
      // Where another run went forward, the name leads to where that one switched it.
      const isOver = ghost.events.every((each) => each.kind !== 'ended' || gaveUp.test(each.end));
      const name = ghost.plan.traffic[0]?.name ?? '';
      return isOver && incidents.size > 0 && ghost.world.routing.sideOf(name) === 'standby'
        ? 'The name leads to the standby.'
        : undefined;
    },
  },
];

/** Ends of runs that a human or the primary ended before anything was promoted. */
const promotedNothing = /^(StoodDown|Rejected|Expired)$/;

/** Ids of the incidents whose runs ended like this; of a run that is redriven the last end counts. */
function incidentsThatEnded(seen: Seen, end: RegExp): Set<string> {
  const ends = new Map<string, string>();
  for (const each of seen.ghost.events) {
    if (each.kind === 'ended') ends.set(each.execution, each.end);
  }
  const ended = incidentsIn(seen).filter(({ execution }) => end.test(ends.get(execution) ?? ''));
  return new Set(ended.map(({ id }) => id));
}

function methodOf(payload: unknown): unknown {
  const http: unknown = Reflect.get(Object(Reflect.get(Object(payload), 'requestContext')), 'http');
  return Reflect.get(Object(http), 'method');
}
