import type { Ghost, Noted } from '../ghost.ts';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage.ts';

/** What an invariant is asked about: the truth of the run so far. */
export interface Seen {
  readonly ghost: Ghost;
  readonly stage: Stage;
  readonly scenario: Scenario;
}

/** A promise as a check. */
export interface Invariant {
  /**
   * S for what must never happen, L for what must happen in the end. The table in docs/safety.md
   * is written from these by `npm run safety`.
   */
  readonly id: string;
  /** Number of the promise in the README that it guards. */
  readonly promise: number;
  readonly title: string;
  /** In which stories it holds: those of an outage unless it says otherwise. */
  readonly of?: 'moves' | 'all';
  /** Whether the run has come to where the invariant says something: a guard against vacuity. */
  readonly premise: (event: Noted, seen: Seen) => boolean;
  /** After every event: what is wrong, in a sentence, or undefined. */
  readonly check?: (event: Noted, seen: Seen) => string | undefined;
  /** At the end of the run, when every fault has healed. */
  readonly atEnd?: (seen: Seen) => string | undefined;
}

/** An invariant that did not hold. */
export interface Violation {
  readonly invariant: string;
  readonly promise: number;
  readonly title: string;
  /** What was found. */
  readonly why: string;
  /** Seconds of virtual time since the run began, and the event's place in the trace. */
  readonly atSeconds: number;
  readonly event: number;
}
