import { keyOf } from './key.ts';
import type { Scene } from './model.ts';
import { successors } from './model.ts';
import type { Move } from './move.ts';
import { normalize } from './normalize.ts';
import type { State } from './state.ts';
import type { Variant } from './variants.ts';

/** More states than any variant has: a search that finds more fails, for it proves nothing. */
export const MOST_STATES = 400_000;

/** Something that can happen, with the shortest way to it as lines; undefined if it cannot. */
export type Found = readonly string[] | undefined;

/** What is looked for, in every step of a search. */
export type Goal = (before: State, move: Move) => boolean;

/** What a search found, and how many states it visited. */
export interface Search {
  readonly states: number;
  readonly found: ReadonlyMap<string, readonly string[]>;
}

/** How a state was reached first; breadth first, so that this is the shortest way. */
interface Visit {
  readonly state: State;
  readonly what: string;
  readonly from: Visit | undefined;
}

/** What a search may leave out. */
export interface Limits {
  readonly mostStates?: number;
  /** It ends when every goal is reached; otherwise only when every state is visited. */
  readonly untilFound?: boolean;
}

/**
 * Visits every state that can be reached, breadth first, and keeps the shortest way to each goal.
 * Nothing in it is left to chance: the same rules give the same states in the same order.
 * @throws if there are more states than it may visit: what was not visited is not proved
 */
export function explore(
  variant: Variant,
  scene: Scene,
  goals: ReadonlyMap<string, Goal>,
  { mostStates = MOST_STATES, untilFound = false }: Limits = {},
): Search {
  const found = new Map<string, readonly string[]>();
  const seen = new Set([keyOf(scene.start)]);
  const queue: Visit[] = [{ state: scene.start, what: '', from: undefined }];
  let wanted = [...goals];
  // The queue grows while it is read, until nothing new is found.
  for (const visit of queue) {
    for (const move of successors(visit.state, variant, scene)) {
      const next = { state: normalize(move.next), what: move.what, from: visit };
      const reached = wanted.filter(([, isReached]) => isReached(visit.state, move));
      for (const [id] of reached) found.set(id, stepsOf(next));
      if (reached.length > 0) wanted = wanted.filter(([id]) => !found.has(id));
      const key = keyOf(next.state);
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
    if (untilFound && wanted.length === 0) break;
    if (seen.size > mostStates) {
      throw new Error(`${variant.id} has more than ${mostStates} states: nothing is proved.`);
    }
  }
  return { states: seen.size, found };
}

function stepsOf(last: Visit): string[] {
  const steps: string[] = [];
  for (let visit = last; visit.from !== undefined; visit = visit.from) steps.push(visit.what);
  return steps.toReversed();
}
