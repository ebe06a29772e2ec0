import type { Found, Goal } from './explore.ts';
import { explore } from './explore.ts';
import type { Scene } from './model.ts';
import { anything, scenes } from './model.ts';
import type { Property } from './properties.ts';
import { hasTwoWriters, isAccepted, properties } from './properties.ts';
import type { BrokenVariant, Variant } from './variants.ts';
import { brokenVariants, variants } from './variants.ts';

/** Whether a property holds in every state, and if not, the shortest way to where it does not. */
export interface Verdict extends Pick<Property, 'id' | 'title'> {
  readonly holds: boolean;
  readonly counterexample: Found;
  /** Nothing it speaks of ever happened: that it holds says nothing. */
  readonly isVacuous: boolean;
}

/** Whether the standby can become the writer, and whether only after a human's yes. */
export type Reach = 'yes' | 'after a yes' | 'no';

/** What is known of a variant once every state of it was visited. */
export interface VariantReport {
  readonly variant: Variant;
  readonly states: number;
  readonly isSafe: boolean;
  readonly verdicts: readonly Verdict[];
  /** The shortest way to two writers that a human has accepted; undefined if there is none. */
  readonly acceptedDivergence: Found;
  readonly promotion: Readonly<Record<keyof typeof scenes, Reach>>;
}

/** Whether a deliberate bug was found by the property that is there for it. */
export interface BrokenReport {
  readonly variant: BrokenVariant;
  readonly counterexample: Found;
}

/** Everything that the model says. */
export interface ProtocolReport {
  readonly variants: readonly VariantReport[];
  readonly broken: readonly BrokenReport[];
}

/**
 * Searches every variant exhaustively, and every broken one until its bug is found.
 * @throws if a variant has more states than may be visited
 */
export function searchProtocol(): ProtocolReport {
  return { variants: variants.map(searchVariant), broken: brokenVariants.map(searchBroken) };
}

/** What is true of one variant. */
export function searchVariant(variant: Variant): VariantReport {
  const goals = new Map<string, Goal>([
    ['divergence', (_, { next }) => hasTwoWriters(next, variant) && isAccepted(next)],
    ...properties.flatMap(({ id, breaks, premise }): [string, Goal][] => [
      [id, (before, move) => breaks(before, move, variant)],
      [`premise of ${id}`, (before, move) => premise(before, move, variant)],
    ]),
  ]);
  const { states, found } = explore(variant, anything, goals);
  const verdicts = properties.map(({ id, title }) => ({
    ...{ id, title, holds: !found.has(id), counterexample: found.get(id) },
    isVacuous: !found.has(`premise of ${id}`),
  }));
  return {
    variant,
    states,
    isSafe: verdicts.every(({ holds }) => holds),
    verdicts,
    acceptedDivergence: found.get('divergence'),
    promotion: {
      dead: reachOf(variant, scenes.dead),
      gone: reachOf(variant, scenes.gone),
      partitioned: reachOf(variant, scenes.partitioned),
    },
  };
}

function reachOf(variant: Variant, scene: Scene): Reach {
  const isReached = (accepted: boolean): boolean => {
    const goal: Goal = (_, { next }) => next.standby === 'writer' && isAccepted(next) === accepted;
    const { found } = explore(variant, scene, new Map([['', goal]]), { untilFound: true });
    return found.size > 0;
  };
  if (isReached(false)) return 'yes';
  return isReached(true) ? 'after a yes' : 'no';
}

/** Looks for the one thing that this bug must lead to. */
export function searchBroken(variant: BrokenVariant): BrokenReport {
  const goals = new Map<string, Goal>(
    properties
      .filter(({ id }) => id === variant.caughtBy)
      .map(({ id, breaks }) => [id, (before, move) => breaks(before, move, variant)]),
  );
  const { found } = explore(variant, anything, goals, { untilFound: true });
  return { variant, counterexample: found.get(variant.caughtBy) };
}
