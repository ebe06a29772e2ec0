import { describe, expect, it } from '@jest/globals';
import { explore } from '../../../../lab/simulation/protocol/explore.ts';
import { keyOf } from '../../../../lab/simulation/protocol/key.ts';
import { anything, scenes, successors } from '../../../../lab/simulation/protocol/model.ts';
import { normalize } from '../../../../lab/simulation/protocol/normalize.ts';
import type { State } from '../../../../lab/simulation/protocol/state.ts';
import type { Variant } from '../../../../lab/simulation/protocol/variants.ts';
import { variants } from '../../../../lab/simulation/protocol/variants.ts';

function variantNamed(id: string): Variant {
  const one = variants.find((variant) => variant.id === id);
  if (one === undefined) throw new Error(`No variant is named ${id}.`);
  return one;
}

/** The states that a plain search finds, which compares them as text. */
function statesAsText(variant: Variant): Map<string, State> {
  const seen = new Map([[JSON.stringify(anything.start), anything.start]]);
  for (const state of seen.values()) {
    for (const { next } of successors(state, variant, anything)) {
      const found = normalize(next);
      seen.set(JSON.stringify(found), seen.get(JSON.stringify(found)) ?? found);
    }
  }
  return seen;
}

describe('the search', () => {
  it('fails when there are more states than it may visit', () => {
    const search = () => explore(variantNamed('lease'), anything, new Map(), { mostStates: 1000 });
    expect(search).toThrow('lease has more than 1000 states: nothing is proved.');
  });

  it('finds the states that a plain search finds, each with a key of its own', () => {
    const variant = variantNamed('lockOnly');
    const states = statesAsText(variant);
    const keys = new Set([...states.values()].map(keyOf));
    expect(keys.size).toBe(states.size);
    expect(explore(variant, anything, new Map()).states).toBe(states.size);
  });

  it('keeps every key a whole number that is exact', () => {
    const keys = [...statesAsText(variantNamed('lockOnly')).values()].map(keyOf);
    expect(keys.every(Number.isSafeInteger)).toBe(true);
  });

  it('finds the shortest way, step by step', () => {
    const goals = new Map([['claimed', (_: State, { next }: { next: State }) => next.lock.open]]);
    const { found } = explore(variantNamed('fenceGate'), anything, goals, { untilFound: true });
    expect(found.get('claimed')).toStrictEqual([
      'alarm 1: run 1 finds the lock free',
      'run 1 claims the lock with epoch 1',
    ]);
  });

  it('changes nothing of the world in a scene that is fixed', () => {
    const moved = successors(scenes.partitioned.start, variantNamed('lease'), scenes.partitioned);
    expect(moved.every(({ next }) => next.way === 'cut' && next.isPrimaryUp)).toBe(true);
  });
});
