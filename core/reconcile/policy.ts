import type { Reconciliation } from '../plan/reconciliation.ts';
import type { Approval } from './approved.ts';
import type { RowReport } from './comparison.ts';
import { nameOf } from './comparison.ts';

/**
 * What a yes approves of the rows of a report, as the plan says. A plan is written before anything is
 * lost: what fits no row of this report is left out, and is no mistake.
 */
export function approvalOf(
  { apply, renumber }: Pick<Reconciliation, 'apply' | 'renumber'>,
  rows: readonly RowReport[],
  by: string,
): Approval {
  const classes = new Set(rows.map((row) => `${nameOf(row)}:${row.class}`));
  const columns = new Set(
    rows.flatMap((row) => Object.keys(row.old ?? {}).map((each) => `${nameOf(row)}.${each}`)),
  );
  return {
    items: apply.filter((item) => !item.includes(':') || classes.has(item)),
    rows: [],
    renumber: renumber.filter((column) => columns.has(column)),
    leave: [],
    by,
  };
}
