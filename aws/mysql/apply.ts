import type { Approval } from '../../core/reconcile/approved.ts';
import type { MysqlOrigin } from '../../core/reconcile/comparison.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Ready, Turn } from '../reconcile/apply-units.ts';
import { applyInTurn, wholeTurn } from '../reconcile/apply-units.ts';
import type { Applicable } from '../reconcile/plan-units.ts';
import type { How } from './apply-unit.ts';
import { applyUnit } from './apply-unit.ts';
import { assertIsWriter } from './kinship.ts';
import { markOf, prepareMarkers, readMarkers } from './markers.ts';
import { moveCounter } from './move-counter.ts';
import { readRulebook } from './rulebook.ts';
import type { WriterSide } from './writer-side.ts';

/**
 * Applies what was approved, a transaction of the old primary at a time, in the order in which it
 * committed them. Whoever stops reading stops between two of them. Safe to repeat.
 * @throws NotReadyError if this is not the writer that was compared; InvalidInputError if an item
 *   of the approval fits nothing; UnreachableError if the writer is gone
 */
export const applyUnits = (
  writer: WriterSide,
  report: Applicable<MysqlOrigin>,
  approval: Approval,
  turn: Turn = wholeTurn(),
): AsyncGenerator<Settled> =>
  applyInTurn(report.rows, approval, turn, {
    assertIsWriter: () => assertIsWriter(writer, report.origin),
    makeReady: () => makeReady(writer, report, approval.by, turn.isLate),
  });

async function makeReady(
  writer: WriterSide,
  { origin, sequences }: Applicable<MysqlOrigin>,
  by: string,
  isLate: Turn['isLate'],
): Promise<Ready> {
  const how: How = { origin, by, isLate, rulebook: await readRulebook(writer) };
  await prepareMarkers(writer);
  // Before the rows: what the writer numbers from now on collides with none of them.
  for (const sequence of sequences) await moveCounter(writer, sequence);
  const markers = await readMarkers(writer);
  return {
    noteOf: (row) => (markers.has(markOf(row, origin)) ? '' : undefined),
    apply: (unit) => applyUnit(writer, unit, how),
  };
}
