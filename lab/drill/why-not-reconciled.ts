import type { Comparison } from '../../core/reconcile/comparison.ts';
import type { Reconciliation } from '../record.ts';

/** What is wrong with the end of the story, in sentences. */
export function whyNotReconciled(
  { end, why, rows, applied, undecided, refused, missing, left }: Reconciliation,
  comparison: Comparison,
): string[] {
  const named = new Set(comparison.rows.map(({ key }) => key['id']));
  const isRejected = end === 'Rejected';
  return [
    ...(isRejected || end === 'Reconciled'
      ? []
      : [`The reconciliation ended as ${end}; Reconciled was expected. ${why}`.trim()]),
    ...missing
      .filter((id) => !isRejected || !named.has(id))
      .map((id) =>
        named.has(id)
          ? `Order ${id} was found and approved, and is not on the writer.`
          : `Order ${id} was acknowledged, and nothing found it.`,
      ),
    ...(applied + undecided + refused === rows
      ? []
      : [`${rows} rows were found; ${applied + undecided + refused} are accounted for.`]),
    ...(left.length === undecided + refused
      ? []
      : [`${left.length} rows are still not the same; ${undecided + refused} were left.`]),
  ];
}
