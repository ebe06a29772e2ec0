import { NetworkError } from '../../core/network.ts';
import type { HttpsAnswer, HttpsRequest, Network } from '../../core/network.ts';
import { typicalDurations } from '../../core/durations.ts';
import type { Plan } from '../../aws/plan.ts';
import type { LabClock } from '../clock.ts';
import type { Routing, Side } from '../world/routing.ts';
import { slackHosts } from '../world/slack.ts';
import type { Place } from '../world/place.ts';
import { openSimulated } from '../world/sessions.ts';
import { simulatedEngine } from '../world/simulated-engine.ts';
import type { SimulatedDatabase } from '../world/sessions.ts';
import type { Physics } from '../world/world.ts';
import { expectedAnswer, SICK_ANSWER } from './answers.ts';

/** What is true of the simulated Regions at this moment. */
export interface VirtualFacts {
  primaryIsUp: boolean;
  primaryIsFenced: boolean;
  standbyIsFenced: boolean;
  standbyIsWriter: boolean;
  /** A new database in the primary Region follows the standby's. */
  primaryIsReplica: boolean;
  /** Sessions that a fence leaves, by the place of their database. */
  sessions: Record<Place, number>;
  prepared: number;
  subscriptions: number;
  /** Writes that the old primary alone holds, and those of them that the writer was given. */
  readonly lost: Set<number>;
  readonly given: Set<number>;
  /** How far the replica is behind, in bytes of the log. */
  behindBytes: number;
  noCapacity: boolean;
  /** When the standby could first serve: its database writes, and a unit runs. */
  promotedAt: Date | undefined;
  unitsRunning: number;
  firstUnitAt: Date | undefined;
}

/** Everything is as it should be, and serves from the primary Region. */
export function createVirtualFacts(changes: Partial<VirtualFacts> = {}): VirtualFacts {
  return {
    primaryIsUp: true,
    primaryIsFenced: false,
    standbyIsFenced: false,
    standbyIsWriter: false,
    primaryIsReplica: false,
    sessions: { primary: 0, standby: 0 },
    prepared: 0,
    subscriptions: 0,
    lost: new Set(),
    given: new Set(),
    behindBytes: 0,
    noCapacity: false,
    promotedAt: undefined,
    unitsRunning: 0,
    firstUnitAt: undefined,
    ...changes,
  };
}

/** A network call within a Region or between two takes about this long. */
const CALL_MILLISECONDS = 30;

/** The same control planes over durations as AWS documents them, in virtual time. */
export function createVirtualPhysics(
  plan: Plan,
  clock: LabClock,
  facts: VirtualFacts,
  routing: () => Routing,
  onSlack: (request: HttpsRequest) => HttpsAnswer,
): Physics {
  const launchSeconds = (fleet: string): number =>
    fleet.startsWith('service/')
      ? typicalDurations.ecsSeconds
      : typicalDurations.autoScalingSeconds;
  const log = { bytes: 1_000_000_000 };
  const units = new Map<string, number>();
  const setUnits = (fleet: string, count: number): void => {
    units.set(fleet, count);
    facts.unitsRunning = [...units.values()].reduce((sum, each) => sum + each, 0);
    if (facts.unitsRunning > 0) facts.firstUnitAt ??= clock.now();
  };
  return {
    network: createVirtualNetwork(plan, clock, facts, routing, onSlack),
    async launch(fleet, count, place) {
      if (facts.noCapacity) {
        throw new Error('Launching EC2 instance failed. (InsufficientInstanceCapacity)');
      }
      await clock.sleep(launchSeconds(fleet) * 1000);
      if (place === 'standby') setUnits(fleet, count);
    },
    terminate: (fleet, count, place) => {
      if (place === 'standby') setUnits(fleet, count);
      return Promise.resolve();
    },
    async promote(_database, place) {
      await clock.sleep(typicalDurations.promotionSeconds * 1000);
      facts.promotedAt = clock.now();
      if (place === 'primary') facts.primaryIsReplica = false;
      else facts.standbyIsWriter = true;
    },
    fence(fenced, place) {
      if (place === 'primary') facts.primaryIsFenced = fenced;
      else facts.standbyIsFenced = fenced;
    },
    async rebuild(place) {
      await clock.sleep(typicalDurations.replicaSeconds * 1000);
      if (place === 'primary') facts.primaryIsReplica = true;
      else facts.standbyIsWriter = false;
    },
    openDatabase: (name, place) =>
      Promise.resolve(openSimulated(name, databaseAt(place, facts, log))),
    engine: simulatedEngine,
    healthCheckMilliseconds: typicalDurations.healthCheckFlipSeconds.typical * 1000,
    recordMilliseconds: typicalDurations.route53ChangeSeconds * 1000,
  };
}

function createVirtualNetwork(
  plan: Plan,
  clock: LabClock,
  facts: VirtualFacts,
  routing: () => Routing,
  onSlack: (request: HttpsRequest) => HttpsAnswer,
): Network {
  const reach = async (host: string): Promise<Side> => {
    await clock.sleep(CALL_MILLISECONDS);
    if (slackHosts.includes(host)) return 'elsewhere';
    const side = routing().sideOf(host);
    if (side === undefined) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    if (side === 'primary' && !facts.primaryIsUp) {
      throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${host}`);
    }
    return side;
  };
  return {
    async https(request) {
      const { hostname } = new URL(request.url);
      const side = await reach(hostname);
      if (slackHosts.includes(hostname)) return onSlack(request);
      return isServing(side, facts) ? expectedAnswer(plan, request) : SICK_ANSWER;
    },
    async tcp({ host }) {
      await reach(host);
    },
    async resolve(name) {
      await clock.sleep(CALL_MILLISECONDS);
      return [...routing().answersOf(name)];
    },
  };
}

function isServing(side: Side, facts: VirtualFacts): boolean {
  if (side === 'elsewhere') return true;
  // A session that was there before the fence goes on.
  if (side === 'primary')
    return (!facts.primaryIsFenced || facts.sessions.primary > 0) && !facts.primaryIsReplica;
  const isReached = !facts.standbyIsFenced || facts.sessions.standby > 0;
  return facts.standbyIsWriter && facts.unitsRunning > 0 && isReached;
}

/** One log, which the writer writes and the replica replays. */
function databaseAt(place: Place, facts: VirtualFacts, log: { bytes: number }): SimulatedDatabase {
  const isStandby = (): boolean =>
    place === 'primary' ? facts.primaryIsReplica : !facts.standbyIsWriter;
  return {
    facts: () => ({
      isRunning: place === 'standby' || facts.primaryIsUp,
      isStandby: isStandby(),
      position: isStandby() ? log.bytes - facts.behindBytes : log.bytes,
      timeline: 1,
      transactions: log.bytes / 100,
      subscriptions: facts.subscriptions,
    }),
    others: () => facts.sessions[place],
    endOthers() {
      const others = facts.sessions[place];
      facts.sessions[place] = 0;
      return others;
    },
    prepared: () => facts.prepared,
    mark() {
      log.bytes += 100;
    },
    writes: () => [...(place === 'primary' ? facts.lost : facts.given)],
    give(write) {
      facts.given.add(write);
      return Promise.resolve();
    },
  };
}
