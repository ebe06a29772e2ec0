import type { LabClock } from '../../clock.ts';
import type { Place } from './databases.ts';
import { DatabasePair } from './databases.ts';
import type { ServiceHealth } from './network.ts';
import { Ways } from './network.ts';

/** How long the parts of the world take, in seconds, and how far replication is behind. */
export interface Durations {
  readonly promotionSeconds: number;
  readonly launchSeconds: number;
  readonly healthCheckSeconds: number;
  readonly recordSeconds: number;
  readonly lagSeconds: number;
  /** How much longer the alarm takes to notice than a scenario waits for it. */
  readonly alarmSeconds: number;
}

/**
 * What is true of the simulated Regions. The workflow sees none of it: only what probes, control
 * planes and metrics tell. Invariants are held against this.
 */
export interface Facts {
  readonly databases: DatabasePair;
  readonly ways: Ways;
  /** The applications of the primary Region; those of the standby are its units. */
  primaryService: ServiceHealth;
  /** Whether the fence keeps the old primary's applications from their database. */
  isFenced: boolean;
  /** Whether a fence keeps the standby's applications from theirs. */
  isStandbyFenced: boolean;
  /** Whether a fence leaves the sessions that were there: they go on until somebody ends them. */
  fencesLeaveSessions: boolean;
  /** Whether sessions are there that a fence has left. */
  hasSessions: Record<Place, boolean>;
  /** Writes of an old primary that the writer was given, in that order. */
  readonly given: number[];
  /** Messages of ours in the log of the writer. */
  readonly marks: { count: number };
  unitsRunning: number;
  hasCapacity: boolean;
  /** Whether new readings of the lag metric arrive. */
  hasMetrics: boolean;
  durations: Durations;
  /** Promotions that had an effect on a database, with who asked. */
  promotionsByHand: number;
}

/** Everything is healthy, and serves from the primary Region. */
export function createFacts(durations: Durations): Facts {
  return {
    databases: new DatabasePair(durations.lagSeconds * 1000),
    ways: new Ways(),
    primaryService: 'serving',
    isFenced: false,
    isStandbyFenced: false,
    fencesLeaveSessions: false,
    hasSessions: { primary: false, standby: false },
    given: [],
    marks: { count: 0 },
    unitsRunning: 0,
    hasCapacity: true,
    hasMetrics: true,
    durations,
    promotionsByHand: 0,
  };
}

/** Whether the primary's applications do their work, whatever they answer to a probe. */
export function isAlive({ primaryService }: Pick<Facts, 'primaryService'>): boolean {
  return primaryService !== 'dead' && primaryService !== 'hung';
}

/** Whether a write that reaches a Region's applications would be committed there. */
export function takesWrites(facts: Facts, place: Place): boolean {
  const isOpen = place === 'primary' ? !facts.isFenced : !facts.isStandbyFenced;
  if (!isOpen && !facts.hasSessions[place]) return false;
  const isThere = place === 'primary' ? isAlive(facts) : facts.unitsRunning > 0;
  return isThere && facts.databases.accepts(place);
}

/** What a client is told of a write: done, refused, or nothing at all. */
export type ClientResult = 'acknowledged' | 'refused' | 'unknown';

/** A client's write to a Region, over ways that may be cut in one direction. */
export function writeFrom(
  facts: Facts,
  place: Place,
  write: number,
  clock: LabClock,
): ClientResult {
  if (!facts.ways.isOpen('clients', place)) return 'refused';
  if (place === 'primary' && facts.primaryService === 'hung') return 'unknown';
  if (!takesWrites(facts, place)) return 'refused';
  const result = facts.databases.write(place, write, clock.now().getTime());
  if (result !== 'committed') return 'refused';
  return facts.ways.isOpen(place, 'clients') ? 'acknowledged' : 'unknown';
}
