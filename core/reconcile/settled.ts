import type { Applied } from './closing.ts';
import type { Unit } from './units.ts';

/** What became of a unit in the end. */
export interface Settled {
  readonly unit: Unit;
  readonly outcome: 'applied' | 'already' | 'undecided' | 'partly' | 'refused';
  readonly why: string;
}

const MOST_REASONS = 10;

/** Rows by what became of them, and the first reasons why some were refused. */
export function countSettled(settled: readonly Settled[]): Omit<Applied, 'id' | 'isComplete'> {
  const rows = (...outcomes: readonly Settled['outcome'][]): number =>
    settled
      .filter(({ outcome }) => outcomes.includes(outcome))
      .reduce((sum, { unit }) => sum + unit.rows.length, 0);
  const refused = settled.filter(({ outcome }) => outcome === 'refused' || outcome === 'partly');
  return {
    applied: rows('applied'),
    already: rows('already'),
    undecided: rows('undecided'),
    refused: rows('refused', 'partly'),
    reasons: refused.slice(0, MOST_REASONS).map(({ unit, why }) => `${unit.id}: ${why}`),
  };
}
