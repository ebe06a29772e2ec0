import type { Settled } from '../../aws/postgres/apply.ts';
import { applyUnits } from '../../aws/postgres/apply.ts';
import { openSide } from '../../aws/postgres/side.ts';
import type { Approval } from '../../core/reconcile/approved.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import type { Parts } from '../parts/world-parts.ts';
import { orderIds } from '../parts/world-parts.ts';
import type { Reconciliation } from '../record.ts';
import { compareSides } from './compare-sides.ts';

/**
 * The drill's operator approves every order that the old primary alone has, and nothing else. Both
 * sides number their orders: an order whose number is taken gets the next one.
 */
const APPROVED = 'orders:lostInsert';
const RENUMBERED = 'orders.number';

const rowsOf = (settled: readonly Settled[], outcome: Settled['outcome']): number =>
  settled
    .filter((each) => each.outcome === outcome)
    .reduce((sum, { unit }) => sum + unit.rows.length, 0);

/** Gives the writer the orders that never crossed, compares again, and counts what is there now. */
export async function reconcileSides(
  parts: Parts,
  comparison: Comparison,
  acknowledged: readonly string[],
): Promise<Reconciliation> {
  const hasLost = comparison.rows.some(
    (row) => nameOf(row) === 'orders' && row.class === 'lostInsert',
  );
  const approval: Approval = {
    items: hasLost ? [APPROVED] : [],
    rows: [],
    leave: [],
    renumber: hasLost ? [RENUMBERED] : [],
    by: "the drill's operator",
  };
  const writer = await openSide('The writer', parts.standby.database.url(), 'writes');
  const settled: Settled[] = [];
  try {
    for await (const each of applyUnits(writer, comparison, approval)) settled.push(each);
  } finally {
    await writer.close();
  }
  const after = await compareSides(parts);
  const present = new Set(await orderIds(parts.standby));
  return {
    approved: approval.items,
    rows: comparison.rows.length,
    applied: rowsOf(settled, 'applied'),
    undecided: rowsOf(settled, 'undecided') + rowsOf(settled, 'partly'),
    refused: rowsOf(settled, 'refused'),
    left: after.rows.map((row) => `${nameOf(row)} ${keyWords(row)}: ${row.class}`),
    missing: acknowledged.filter((id) => !present.has(id)),
  };
}

/** What is wrong with the end of the story, in sentences. */
export function whyNotReconciled(
  { rows, applied, undecided, refused, missing, left }: Reconciliation,
  comparison: Comparison,
): string[] {
  const named = new Set(comparison.rows.map(({ key }) => key['id']));
  return [
    ...missing.map((id) =>
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
