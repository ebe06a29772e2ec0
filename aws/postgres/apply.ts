import type { Approval, Approved } from '../../core/reconcile/approved.ts';
import { readApproved, unitRules } from '../../core/reconcile/approved.ts';
import type { Comparison, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf, rowId } from '../../core/reconcile/comparison.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import { unitsOf } from '../../core/reconcile/units.ts';
import { decide } from '../../core/rules.ts';
import type { How } from './apply-unit.ts';
import { applyUnit } from './apply-unit.ts';
import { assertIsWriter } from './kinship.ts';
import { markOf, prepareMarkers, readMarkers } from './markers.ts';
import { readRulebook } from './references.ts';
import { moveSequence } from './sequences.ts';
import type { Side } from './side.ts';

/** What is read of a comparison to apply it. */
export type Applicable = Pick<Comparison, 'origin' | 'rows' | 'sequences'>;

/** What would become of each unit, if the writer has nothing against it. Changes nothing. */
export function planUnits({ rows }: Applicable, approval: Approval) {
  const approved = readApproved(approval, rows);
  return unitsOf(rows).map((unit) => ({ unit, ...decide(unitRules, { unit, approved }) }));
}

/**
 * Applies what was approved, a transaction of the old primary at a time, in the order in which it
 * committed them. Whoever stops reading stops between two of them. Safe to repeat.
 * @throws NotReadyError if this is not the writer that was compared; InvalidInputError if an item
 *   of the approval fits nothing; UnreachableError if the writer is gone
 */
export async function* applyUnits(
  writer: Side,
  comparison: Applicable,
  approval: Approval,
): AsyncGenerator<Settled> {
  const planned = planUnits(comparison, approval);
  await assertIsWriter(writer, comparison.origin);
  let waiting: Unit[] = [];
  for (const { unit, outcome, why } of planned) {
    if (outcome === 'apply') waiting.push(unit);
    else yield { unit, outcome, why };
  }
  if (waiting.length === 0) return;
  await prepareMarkers(writer);
  // Before the rows: what the writer numbers from now on collides with none of them.
  for (const sequence of comparison.sequences) await moveSequence(writer, sequence);
  const { renumbered } = readApproved(approval, comparison.rows);
  const how: How = {
    origin: comparison.origin,
    rulebook: await readRulebook(writer),
    renumbered,
    by: approval.by,
  };
  const done = new Set<string>();
  // One look, or a run that goes on would spend its time on what the one before it applied.
  const markers = await readMarkers(writer);
  const isMarked = (row: RowReport): boolean => markers.has(markOf(row, comparison.origin));
  for (const unit of waiting.filter(({ rows }) => rows.every(isMarked))) {
    for (const row of unit.rows) done.add(rowId(row));
    const notes = unit.rows.flatMap((row) => markers.get(markOf(row, comparison.origin)) ?? []);
    const why = ['It was applied before.', ...notes.filter(Boolean)].join(' ');
    yield { unit, outcome: 'already', why };
  }
  waiting = waiting.filter(({ rows }) => !rows.every(isMarked));
  while (waiting.length > 0) {
    const again: (readonly [Unit, string])[] = [];
    for (const unit of waiting) {
      const missing = missingFor(unit, done, renumbered);
      const { outcome, why } =
        missing === undefined
          ? await applyUnit(writer, unit, how)
          : ({ outcome: 'waiting', why: `${missing} has to be applied first.` } as const);
      if (outcome === 'waiting') again.push([unit, why]);
      else {
        if (outcome !== 'refused') for (const row of unit.rows) done.add(rowId(row));
        yield { unit, outcome, why };
      }
    }
    if (again.length === waiting.length) {
      for (const [unit, why] of again) yield { unit, outcome: 'refused', why };
      return;
    }
    waiting = again.map(([unit]) => unit);
  }
}

/** A row that a unit depends on and that is not applied yet. */
function missingFor(
  { rows }: Unit,
  done: ReadonlySet<string>,
  renumbered: Approved['renumbered'],
): string | undefined {
  const own = new Set(rows.map(rowId));
  const needed = rows.flatMap((row) =>
    row.obstacles.flatMap(({ kind, columns, needs }) => {
      // A new number needs no other row to free the old one.
      const isFreed = columns.some((column) => renumbered(row).includes(column));
      return kind === 'leftOut' || isFreed ? [] : (needs ?? []);
    }),
  );
  const missing = needed.find((name) => !own.has(rowId(name)) && !done.has(rowId(name)));
  return missing === undefined ? undefined : `${nameOf(missing)} ${keyWords(missing)}`;
}
