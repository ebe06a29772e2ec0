import type { Ghost } from '../ghost.ts';
import type { Invariant, Seen } from './invariant.ts';
import { isMisled } from './looks.ts';
import { callOf, incidentOf, lockOf } from './reads.ts';

/** Evidence older than this is none: the last look and the fence before it take two minutes. */
const FRESH_SECONDS = 180;
/** What a reading of the lag can be behind: its period, and how far apart readings are. */
const ROUNDING_SECONDS = 2;

const isPromotion = (command: string): boolean => command === 'PromoteReadReplicaCommand';

const lastLook = ({ ghost }: Seen) => ghost.lastLooks.at(-1);

/** What a promotion may rest on. */
export const evidenceInvariants: readonly Invariant[] = [
  {
    id: 'S3',
    promise: 2,
    title: 'a promotion is asked for only after a look that says down, or a yes of a human',
    premise: (event) => callOf(event, 'PromoteReadReplicaCommand') !== undefined,
    check: (event, seen) => {
      if (callOf(event, 'PromoteReadReplicaCommand') === undefined) return undefined;
      const look = lastLook(seen);
      if (look === undefined) return 'Nobody looked at the primary before the promotion.';
      if (seen.ghost.meantYes.size > 0) return undefined;
      return look.asked > look.sightings
        ? undefined
        : 'No probe of the last look failed, and no human said yes.';
    },
  },
  {
    id: 'S4',
    promise: 3,
    title: 'a vantage point that reaches no control target proves no outage',
    premise: (event, { ghost }) =>
      event.kind === 'state' &&
      event.state === 'LastLook' &&
      ghost.plan.detection.controls.length > 0,
    check: (event, seen) => {
      if (callOf(event, 'PromoteReadReplicaCommand') === undefined) return undefined;
      if (seen.ghost.plan.detection.controls.length === 0 || seen.ghost.meantYes.size > 0)
        return undefined;
      return (lastLook(seen)?.controlsAnswered ?? 0) === 0
        ? 'The last look reached no control target: it was blind.'
        : undefined;
    },
  },
  {
    id: 'S5',
    promise: 2,
    title: 'a sighting of a live primary in the last look vetoes the promotion, whoever approved',
    premise: (event, seen) => event.kind === 'state' && (lastLook(seen)?.sightings ?? 0) > 0,
    check: (event, seen) =>
      callOf(event, 'PromoteReadReplicaCommand') !== undefined &&
      (lastLook(seen)?.sightings ?? 0) > 0
        ? 'The last look saw the primary alive.'
        : undefined,
  },
  {
    id: 'S5b',
    promise: 2,
    title:
      'without a human a sighting in one of the confirming rounds keeps the outage unconfirmed',
    premise: (event) => event.kind === 'state' && event.state === 'FencePrimary',
    check: (event, { ghost }) => {
      const call = callOf(event, 'PromoteReadReplicaCommand');
      const incident = call && incidentOf(call);
      if (incident === undefined || ghost.meantYes.size > 0) return undefined;
      const { rounds } = ghost.plan.detection.confirm;
      return sightingsIn(ghost, incident.id)
        .slice(-rounds)
        .some((sightings) => sightings > 0)
        ? 'One of the newest rounds saw the primary alive.'
        : undefined;
    },
  },
  {
    id: 'S6',
    promise: 4,
    title: 'without a human no more is lost than the RPO allows',
    premise: (event, { ghost }) =>
      event.kind === 'promoted' && event.by === 'workflow' && ghost.meantYes.size === 0,
    check: (event, seen) => {
      const { ghost } = seen;
      if (event.kind !== 'promoted' || event.by !== 'workflow' || ghost.meantYes.size > 0)
        return undefined;
      if (isMisled(seen)) return undefined;
      const { rpoSeconds } = ghost.plan.objectives;
      return event.lossSeconds > rpoSeconds + ROUNDING_SECONDS
        ? `${event.lossSeconds.toFixed(1)} s of writes are lost, the RPO is ${rpoSeconds} s, and no human was asked.`
        : undefined;
    },
  },
  {
    id: 'S7',
    promise: 2,
    title: `a promotion rests on a look that is at most ${FRESH_SECONDS} s old`,
    premise: (event) => callOf(event, 'PromoteReadReplicaCommand') !== undefined,
    check: (event, seen) => {
      if (callOf(event, 'PromoteReadReplicaCommand') === undefined) return undefined;
      const ageSeconds = (event.at - (lastLook(seen)?.startedAt ?? 0)) / 1000;
      return ageSeconds > FRESH_SECONDS
        ? `The promotion is asked for ${ageSeconds.toFixed(0)} s after the last look.`
        : undefined;
    },
  },
  {
    id: 'S9',
    promise: 5,
    of: 'all',
    title: 'a run that was overtaken changes nothing any more',
    premise: (event, seen) => event.kind === 'started' && (lockOf(seen)?.epoch ?? 0) > 0,
    check: (event, seen) => {
      if (event.kind !== 'call' || !changesTheWorld.test(event.call.command)) return undefined;
      const incident = incidentOf(event.call);
      const epoch = lockOf(seen)?.epoch ?? 0;
      return incident !== undefined && incident.epoch < epoch
        ? `${event.call.command} for epoch ${incident.epoch}, while the lock is at ${epoch}.`
        : undefined;
    },
  },
  {
    id: 'S17',
    promise: 3,
    title: 'what is paused before the fence is not promoted',
    premise: (event) => event.kind === 'world' && event.what.includes('pauses'),
    check: (event, { ghost }) => {
      if (event.kind !== 'call' || !isPromotion(event.call.command)) return undefined;
      const paused = ghost.events.findIndex(
        (each) => each.kind === 'world' && each.what.includes('pauses'),
      );
      const looked = ghost.events.findLastIndex(
        (each) => each.kind === 'state' && each.state === 'LastLook',
      );
      return paused >= 0 && paused < looked
        ? 'The automation was paused before the last look, and promoted all the same.'
        : undefined;
    },
  },
  {
    id: 'S18',
    promise: 2,
    title: 'only the replica of the plan is promoted, and only while it may be',
    premise: (event) => callOf(event, 'PromoteReadReplicaCommand') !== undefined,
    check: (event, { ghost }) => {
      const call = callOf(event, 'PromoteReadReplicaCommand');
      if (call === undefined) return undefined;
      const id: unknown = Reflect.get(Object(call.input), 'DBInstanceIdentifier');
      const isPlanned = ghost.plan.databases.some(({ replica }) => replica === id);
      return isPlanned && call.region === ghost.plan.regions.standby
        ? undefined
        : `${String(id)} in ${call.region} is not a replica of the plan.`;
    },
  },
];

/** Sightings in each round of an incident; a round that was spoiled may not have told of its. */
function sightingsIn({ events, looks }: Ghost, incidentId: string): number[] {
  const numbers = new Set<number>();
  const spoiled = new Set<number>();
  for (const event of events) {
    if (event.kind !== 'call' && event.kind !== 'fault') continue;
    const { invocation } = event.call;
    if (invocation.name !== 'observe-outage' || incidentOf(event.call)?.id !== incidentId) continue;
    (event.kind === 'call' ? numbers : spoiled).add(invocation.number);
  }
  return [...numbers].map((each) => (spoiled.has(each) ? 0 : (looks.get(each)?.sightings ?? 0)));
}

/** Commands that change databases, compute, traffic or fences. */
const changesTheWorld = new RegExp(
  '^(Promote|Change|Update(AutoScaling|Service)|SetDesired|Revoke|Authorize|RegisterScalable' +
    '|Resume|Suspend)',
);
