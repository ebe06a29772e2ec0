import type { Move } from './move.ts';
import type { State } from './state.ts';
import { isSeenAlive } from './state.ts';
import type { Variant } from './variants.ts';

/** What must never happen, numbered as in the other layers of the simulation. */
export interface Property {
  readonly id: 'S1' | 'S5' | 'S8' | 'S9' | 'S12';
  readonly title: string;
  /** Whether the step from one state to the next breaks it. */
  readonly breaks: (before: State, move: Move, variant: Variant) => boolean;
  /** Whether the step is one that it says something about: a guard against vacuity. */
  readonly premise: (before: State, move: Move, variant: Variant) => boolean;
}

/** Whether both databases would take a client's write now. */
export function hasTwoWriters(state: State, { gate }: Variant): boolean {
  const isServing = state.isPrimaryUp && !state.fenced;
  return state.standby === 'writer' && isServing && (gate !== 'lease' || state.lease > 0);
}

/** Whether a human accepted two writers in the incident that promoted. */
export function isAccepted({ runs, promotedBy }: State): boolean {
  return promotedBy !== undefined && runs[promotedBy]?.accepted === true;
}

const isEffect = ({ effect }: Move, kind: 'unfence' | 'promote') => effect?.kind === kind;

/** The epoch of the run whose change took effect; 0 if the move changes nothing of the world. */
const epochOf = ({ effect, next }: Move): number =>
  effect === undefined ? 0 : (next.runs[effect.run]?.epoch ?? 0);

/** The properties, in the order in which they are reported. */
export const properties: readonly Property[] = [
  {
    id: 'S1',
    title: 'at most one database takes writes, unless a human accepted two in that incident',
    premise: (_, { next }) => next.standby === 'writer',
    breaks: (_, { next }, variant) => hasTwoWriters(next, variant) && !isAccepted(next),
  },
  {
    id: 'S5',
    title: 'nobody passes the point of no return while a look would see the primary alive',
    premise: (_, { isPointOfNoReturn }) => isPointOfNoReturn === true,
    breaks: (before, { isPointOfNoReturn }) => isPointOfNoReturn === true && isSeenAlive(before),
  },
  {
    id: 'S8',
    title: 'one promotion takes effect in an incident, and no second one until it is re-armed',
    premise: (_, move) => isEffect(move, 'promote'),
    breaks: (before, move) => {
      if (move.effect?.kind !== 'promote') return false;
      return before.spent || before.runs[move.effect.run]?.hasPromoted === true;
    },
  },
  {
    id: 'S9',
    title: 'no promotion of an older epoch takes effect in a newer one, and no undo once it fenced',
    premise: ({ lock }, move) =>
      lock.epoch > 1 && (isEffect(move, 'unfence') || isEffect(move, 'promote')),
    breaks: ({ lock, runs }, move) => {
      if (epochOf(move) >= lock.epoch) return false;
      // What was not fenced yet cannot be opened; the newer run fences afterwards.
      const hasFenced = runs.some(({ epoch, kept }) => epoch === lock.epoch && kept !== 'nothing');
      return isEffect(move, 'promote') || (isEffect(move, 'unfence') && hasFenced);
    },
  },
  {
    id: 'S12',
    title: 'nothing unfences once a promotion was asked for',
    premise: ({ asked }, { next }) => asked && next.asked,
    breaks: ({ asked }, move) => asked && isEffect(move, 'unfence'),
  },
];
