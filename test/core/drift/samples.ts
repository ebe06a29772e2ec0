import type { Danger, Difference, Reading } from '../../../core/drift/difference.ts';

/** A difference of this danger. */
export function differenceOf(danger: Danger, changes: Partial<Difference> = {}): Difference {
  return {
    danger,
    found: 'two',
    before: 'one',
    apply: 'One goes away.',
    change: { terraform: ['tf'], cloudFormation: ['cfn'], cdk: ['cdk'] },
    ...changes,
  };
}

/** A thing that differs so. */
export function differing(what: string, ...differences: Difference[]): Reading {
  return { what, outcome: 'differs', differences };
}
