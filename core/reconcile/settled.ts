import { oneLine } from '../text.ts';
import type { Applied } from './closing.ts';
import type { Mask } from './mask.ts';
import { concealed } from './mask.ts';
import type { Unit } from './units.ts';

/** What became of a unit in the end. */
export interface Settled {
  readonly unit: Unit;
  readonly outcome: 'applied' | 'already' | 'undecided' | 'partly' | 'refused';
  readonly why: string;
}

const MOST_REASONS = 10;
/** A reason may name every row of a transaction, and an item of the table holds 400 KB. */
const LONGEST_REASON = 300;

/**
 * Rows by what became of them, and the first reasons why some were refused. Those are told over
 * channels and kept: values of masked columns are not in them.
 */
export function countSettled(
  settled: readonly Settled[],
  mask: Mask,
): Omit<Applied, 'id' | 'isComplete'> {
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
    reasons: refused
      .slice(0, MOST_REASONS)
      .map(({ unit, why }) => concealed(`${unit.id}: ${why}`, unit.rows, mask))
      .map((reason) => oneLine(reason, LONGEST_REASON)),
  };
}
