import type { Violation } from '../invariants/invariant.ts';
import type { Schedule } from '../schedule.ts';

/** The layers of a search, as the table of docs/simulation.md names them. */
export type Layer = 'clean' | 'single' | 'boundary' | 'pair' | 'walk';

/** What is searched. */
export interface SearchOptions {
  /** Names of the scenarios. */
  readonly scenarios: readonly string[];
  readonly layers: readonly Layer[];
  /** Scenarios of which all pairs are tried. */
  readonly pairsOf: readonly string[];
  readonly seed: number;
  /** Of single faults, events and second faults every nth, where it is more than one. */
  readonly everyNth: number;
  /** How many random walks. */
  readonly walks: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** How far a search is. */
export interface Progress {
  readonly layer: Layer;
  readonly done: number;
  readonly planned: number;
  readonly violations: number;
}

/** A violation with the schedule that shows it, made as short as possible. */
export interface Finding {
  readonly violation: Violation;
  readonly schedule: Schedule;
  readonly timeline: readonly string[];
  /** How many runs showed the same. */
  times: number;
}

/** What a search found. */
export interface SearchReport {
  readonly runs: Readonly<Record<Layer, number>>;
  readonly findings: readonly Finding[];
  /** What was never reached: see Coverage. Empty only if the search says something. */
  readonly missing: readonly string[];
  /** How many things a whole search must reach: `missing` are some of them. */
  readonly wanted: number;
  readonly interrupted: boolean;
}
