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
  /** What the writer said itself: it may quote rows of others, and is for an operator's terminal. */
  readonly detail?: string | undefined;
}

/** Rows by what became of them, and the first reasons why some were refused. */
export type Sums = Pick<Applied, 'applied' | 'already' | 'undecided' | 'refused' | 'reasons'>;

/** Nothing was settled yet. */
export const noSums: Sums = { applied: 0, already: 0, undecided: 0, refused: 0, reasons: [] };

const MOST_REASONS = 10;
/** A reason may name every row of a transaction, and an item of the table holds 400 KB. */
const LONGEST_REASON = 300;
const LONGEST_NAME = 100;

/**
 * Adds what was settled to the sums of the turns before. Reasons are told over channels and kept: no
 * values of masked columns are in them, and none of them is there twice.
 */
export function countSettled(settled: readonly Settled[], mask: Mask, before = noSums): Sums {
  const rows = (...outcomes: readonly Settled['outcome'][]): number =>
    settled
      .filter(({ outcome }) => outcomes.includes(outcome))
      .reduce((sum, { unit }) => sum + unit.rows.length, 0);
  const reasons = [...before.reasons];
  for (const { outcome, unit, why } of settled) {
    if (reasons.length >= MOST_REASONS) break;
    if (outcome !== 'refused' && outcome !== 'partly') continue;
    const words = oneLine(concealed(why, unit.rows, mask), LONGEST_REASON);
    if (reasons.some((each) => each.endsWith(`: ${words}`))) continue;
    reasons.push(`${oneLine(concealed(unit.id, unit.rows, mask), LONGEST_NAME)}: ${words}`);
  }
  return {
    applied: before.applied + rows('applied'),
    already: before.already + rows('already'),
    undecided: before.undecided + rows('undecided'),
    refused: before.refused + rows('refused', 'partly'),
    reasons,
  };
}
