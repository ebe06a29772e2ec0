import type { Plan } from '../../../aws/plan.ts';
import type { HttpsAnswer, HttpsRequest, Network } from '../../../core/network.ts';
import { NetworkError } from '../../../core/network.ts';
import type { LabClock } from '../../clock.ts';
import { expectedAnswer, SICK_ANSWER } from '../../virtual/answers.ts';
import type { Routing, Side } from '../../world/routing.ts';
import { slackHosts } from '../../world/slack.ts';
import type { Place } from '../../world/place.ts';
import { openSimulated } from '../../world/sessions.ts';
import { simulatedEngine } from '../../world/simulated-engine.ts';
import type { Physics } from '../../world/world.ts';
import type { Facts } from './facts.ts';
import { databaseAt } from './simulated-database.ts';
import { takesWrites } from './facts.ts';

/** What a service answers whose health check is somewhere else by now. */
const NOT_FOUND: HttpsAnswer = { status: 404, body: 'Not Found' };

/** What the physics tells of, so that invariants can be checked at once. */
export interface PhysicsEvents {
  readonly onPromoted: () => void;
  readonly onFence: (fenced: boolean, place: Place) => void;
  readonly onRouteChange: () => void;
}

/** What the physics is made of. The routing is asked late: it is built from the physics. */
export interface PhysicsParts {
  readonly plan: Plan;
  readonly clock: LabClock;
  readonly facts: Facts;
  readonly routing: () => Routing;
  readonly onSlack: (request: HttpsRequest) => HttpsAnswer;
  readonly events: PhysicsEvents;
}

/** The control planes' hands in a simulation: commit logs, ways that can be cut, durations. */
export function createSimulatedPhysics(parts: PhysicsParts): Physics {
  const { clock, facts, events } = parts;
  const { durations } = facts;
  const units = new Map<string, number>();
  let promoted = new Set<string>();
  const setUnits = (fleet: string, count: number): void => {
    units.set(fleet, count);
    facts.unitsRunning = [...units.values()].reduce((sum, each) => sum + each, 0);
  };
  return {
    network: createSimulatedNetwork(parts),
    async launch(fleet, count, place) {
      if (!facts.hasCapacity)
        throw new Error('Launching EC2 instance failed. (InsufficientInstanceCapacity)');
      await clock.sleep(durations.launchSeconds * 1000);
      if (place === 'standby') setUnits(fleet, count);
    },
    terminate: (fleet, count, place) => {
      if (place === 'standby') setUnits(fleet, count);
      return Promise.resolve();
    },
    async promote(database, place) {
      await clock.sleep(durations.promotionSeconds * 1000);
      // One pair stands for all databases of a plan: the first that is promoted makes it fork.
      const isFurther = promoted.size > 0 && !promoted.has(database);
      const isPromoted = isFurther
        ? facts.databases.isRunning(place)
        : facts.databases.promote(clock.now().getTime());
      if (!isPromoted) throw new Error('The standby is not there, or no standby any more.');
      promoted.add(database);
      events.onPromoted();
    },
    fence(fenced, place) {
      if (place === 'primary') facts.isFenced = fenced;
      else facts.isStandbyFenced = fenced;
      facts.hasSessions[place] = fenced && facts.fencesLeaveSessions;
      events.onFence(fenced, place);
    },
    // What is made is full of what was there when it was asked for.
    async rebuild(place) {
      promoted = new Set();
      await clock.sleep(durations.promotionSeconds * 1000);
      if (!facts.databases.rebuild(place, clock.now().getTime()))
        throw new Error('There is no writer to follow.');
    },
    openDatabase: (name, place) =>
      Promise.resolve(openSimulated(name, databaseAt(place, facts, clock))),
    engine: simulatedEngine,
    healthCheckMilliseconds: durations.healthCheckSeconds * 1000,
    recordMilliseconds: durations.recordSeconds * 1000,
    onRouteChange: events.onRouteChange,
  };
}

/** What the orchestrator, in the standby Region, sees of the network. */
function createSimulatedNetwork(parts: PhysicsParts): Network {
  const { plan, clock, facts, routing, onSlack } = parts;
  const sideOf = (host: string): Side => {
    if (slackHosts.includes(host)) return 'elsewhere';
    const side = routing().sideOf(host);
    if (side === undefined) throw new NetworkError('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
    return side;
  };
  /** Brings a packet there, or waits until its deadline. Nothing is known of what happened then. */
  const reach = async (side: Side, milliseconds: number): Promise<void> => {
    if (facts.ways.isOpen('standby', side)) return;
    await clock.sleep(milliseconds);
    throw new NetworkError('CONNECT_TIMEOUT', `no way to ${side}`);
  };
  const comeBack = async (side: Side, milliseconds: number): Promise<void> => {
    if (facts.ways.isOpen(side, 'standby')) return;
    await clock.sleep(milliseconds);
    throw new NetworkError('CONNECT_TIMEOUT', `no answer from ${side}`);
  };
  return {
    async https(request) {
      const { hostname } = new URL(request.url);
      const side = sideOf(hostname);
      await reach(side, request.connectTimeoutMilliseconds);
      if (slackHosts.includes(hostname)) return onSlack(request);
      await assertListening(facts, side, hostname, clock, request.readTimeoutMilliseconds);
      await comeBack(side, request.readTimeoutMilliseconds);
      if (side === 'primary' && facts.primaryService === 'misled') return NOT_FOUND;
      return serves(facts, side) ? expectedAnswer(plan, request) : SICK_ANSWER;
    },
    async tcp({ host, connectTimeoutMilliseconds }) {
      const side = sideOf(host);
      await reach(side, connectTimeoutMilliseconds);
      // A hung service still accepts connections: its kernel does.
      if (side === 'primary' && facts.primaryService === 'dead') refuse(host);
      await comeBack(side, connectTimeoutMilliseconds);
    },
    resolve(name) {
      return Promise.resolve([...routing().answersOf(name)]);
    },
  };
}

async function assertListening(
  { primaryService }: Facts,
  side: Side,
  host: string,
  clock: LabClock,
  milliseconds: number,
): Promise<void> {
  if (side !== 'primary') return;
  if (primaryService === 'dead') refuse(host);
  if (primaryService !== 'hung') return;
  await clock.sleep(milliseconds);
  throw new NetworkError('READ_TIMEOUT', `${host} accepted and never answered`);
}

function refuse(host: string): never {
  throw new NetworkError('ECONNREFUSED', `connect ECONNREFUSED ${host}`);
}

/** An overloaded service still takes some writes, and answers a probe that it cannot. */
function serves(facts: Facts, side: Side): boolean {
  if (side === 'primary' && facts.primaryService === 'overloaded') return false;
  return side === 'elsewhere' || takesWrites(facts, side);
}
