import type { Move } from './move.ts';
import { nameOf } from './move.ts';
import { operatorMoves } from './operator-moves.ts';
import { endingMoves } from './run-ending.ts';
import { fencingMoves } from './run-fencing.ts';
import { openingMoves } from './run-opening.ts';
import type { State } from './state.ts';
import { healthy } from './state.ts';
import type { Variant } from './variants.ts';
import { faultMoves, leaseMoves, networkMoves } from './world-moves.ts';

/** Where a search begins, and whether the world around the protocol may change from there. */
export interface Scene {
  readonly id: string;
  readonly about: string;
  readonly start: State;
  /** Nothing dies, returns, is cut or is mended any more. */
  readonly isFixed: boolean;
}

/** The scene of the safety properties: everything may happen. */
export const anything: Scene = {
  id: 'anything',
  about: 'everything may happen, at any moment',
  start: healthy,
  isFixed: false,
};

/** The scenes of the question whether a promotion can still be reached. Nothing heals in them. */
export const scenes = {
  dead: {
    id: 'dead',
    about: 'the primary is dead, its Region answers',
    start: { ...healthy, isPrimaryUp: false },
    isFixed: true,
  },
  gone: {
    id: 'gone',
    about: 'the primary is dead, and its Region does not answer',
    start: { ...healthy, isPrimaryUp: false, way: 'cut', renewals: false },
    isFixed: true,
  },
  partitioned: {
    id: 'partitioned',
    about: 'the primary is alive and cut off from the orchestrator, in both directions',
    start: { ...healthy, way: 'cut' },
    isFixed: true,
  },
} as const satisfies Readonly<Record<string, Scene>>;

/**
 * Everything that can happen next. Two runs, each in its own pace: a step that fails or crashes
 * before its effect is one that has not been made yet, and every step may be made again.
 *
 * The lock store is one table (never a global one), so that its writes are single steps;
 * a way to it that is cut is a run that makes no step. Clients reach every database that would
 * take their writes: being cut off from clients never excuses a second writer.
 */
export function successors(state: State, variant: Variant, scene: Scene): Move[] {
  return [
    ...state.runs.flatMap((_, index) => runMoves(state, index, variant)),
    ...networkMoves(state, variant),
    ...leaseMoves(state, variant),
    ...(scene.isFixed ? [] : faultMoves(state, variant)),
    // Last, so that of two counterexamples of one length the one without an operator is shown.
    ...operatorMoves(state),
  ];
}

function runMoves(state: State, index: number, variant: Variant): Move[] {
  const run = state.runs[index];
  if (run === undefined) throw new Error(`There is no ${nameOf(index)}.`);
  return [
    ...openingMoves(state, index, run, variant),
    ...fencingMoves(state, index, run, variant),
    ...endingMoves(state, index, run, variant),
  ];
}
