import type { Approval } from '../../core/reconcile/approved.ts';
import { readApproved } from '../../core/reconcile/approved.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Ready, Turn } from '../reconcile/apply-units.ts';
import { applyInTurn, wholeTurn } from '../reconcile/apply-units.ts';
import type { Applicable } from '../reconcile/plan-units.ts';
import type { How } from './apply-unit.ts';
import { applyUnit } from './apply-unit.ts';
import { assertIsWriter } from './kinship.ts';
import { markOf, prepareMarkers, readMarkers } from './markers.ts';
import { readRulebook } from './references.ts';
import { moveSequence } from './sequences.ts';
import type { Side } from './side.ts';

/**
 * Applies what was approved, a transaction of the old primary at a time, in the order in which it
 * committed them. Whoever stops reading stops between two of them. Safe to repeat.
 * @throws NotReadyError if this is not the writer that was compared; InvalidInputError if an item
 *   of the approval fits nothing; UnreachableError if the writer is gone
 */
export const applyUnits = (
  writer: Side,
  report: Applicable,
  approval: Approval,
  turn: Turn = wholeTurn(),
): AsyncGenerator<Settled> =>
  applyInTurn(report.rows, approval, turn, {
    assertIsWriter: () => assertIsWriter(writer, report.origin),
    makeReady: () => makeReady(writer, report, approval, turn.isLate),
  });

/** Makes the writer ready; how a unit is applied from then on. */
async function makeReady(
  writer: Side,
  { origin, rows, sequences }: Applicable,
  approval: Approval,
  isLate: Turn['isLate'],
): Promise<Ready> {
  await prepareMarkers(writer);
  // Before the rows: what the writer numbers from now on collides with none of them.
  for (const sequence of sequences) await moveSequence(writer, sequence);
  const { renumbered } = readApproved(approval, rows);
  const how: How = {
    ...{ origin, renumbered, by: approval.by, isLate },
    rulebook: await readRulebook(writer),
  };
  // One look, or a run that goes on would spend its time on what the one before it applied.
  const markers = await readMarkers(writer);
  return {
    noteOf: (row) => markers.get(markOf(row, origin)),
    apply: (unit) => applyUnit(writer, unit, how),
  };
}
