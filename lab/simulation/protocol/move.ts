import type { Phase, State } from './state.ts';
import { withRun } from './state.ts';

/** One step of the protocol or of the world around it: what happens, and what is true after it. */
export interface Move {
  /** What happens, as a line of a counterexample. */
  readonly what: string;
  readonly next: State;
  /** A change to the world that took effect now; the checker judges it. */
  readonly effect?: { readonly kind: 'unfence' | 'promote'; readonly run: number };
  /** The step past the point of no return. */
  readonly isPointOfNoReturn?: true;
}

/** How a run is called in a counterexample. */
export const nameOf = (index: number): string => `run ${index + 1}`;

/** A run goes on to another phase; nothing else changes. */
export function go(state: State, index: number, phase: Phase, what: string): Move {
  return { what: `${nameOf(index)} ${what}`, next: withRun(state, index, { phase }) };
}
