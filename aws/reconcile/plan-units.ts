import type { Approval } from '../../core/reconcile/approved.ts';
import { readApproved, unitRules } from '../../core/reconcile/approved.ts';
import type { AnyOrigin, Comparison, Origin } from '../../core/reconcile/comparison.ts';
import { unitsOf } from '../../core/reconcile/units.ts';
import { decide } from '../../core/rules.ts';

/** What is read of a comparison to apply it. */
export type Applicable<O extends AnyOrigin = Origin> = Pick<
  Comparison<O>,
  'origin' | 'rows' | 'sequences'
>;

/** What would become of each unit, if the writer has nothing against it. Changes nothing. */
export function planUnits({ rows }: Pick<Applicable, 'rows'>, approval: Approval) {
  const approved = readApproved(approval, rows);
  return unitsOf(rows).map((unit) => ({ unit, ...decide(unitRules, { unit, approved }) }));
}

/** A unit of the plan of units. */
export type PlannedUnit = ReturnType<typeof planUnits>[number];
