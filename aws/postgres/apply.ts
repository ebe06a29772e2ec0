import type { Approval, Approved } from '../../core/reconcile/approved.ts';
import { readApproved, unitRules } from '../../core/reconcile/approved.ts';
import type { Comparison, RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf, rowId } from '../../core/reconcile/comparison.ts';
import { Queue } from '../../core/reconcile/queue.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import { unitsOf } from '../../core/reconcile/units.ts';
import { decide } from '../../core/rules.ts';
import type { How, UnitResult } from './apply-unit.ts';
import { applyUnit } from './apply-unit.ts';
import { assertIsWriter } from './kinship.ts';
import { markOf, prepareMarkers, readMarkers } from './markers.ts';
import { readRulebook } from './references.ts';
import { moveSequence } from './sequences.ts';
import { LOCK_SECONDS } from './side.ts';
import type { Side } from './side.ts';

/** What is read of a comparison to apply it. */
export type Applicable = Pick<Comparison, 'origin' | 'rows' | 'sequences'>;

/** What would become of each unit, if the writer has nothing against it. Changes nothing. */
export function planUnits({ rows }: Applicable, approval: Approval) {
  const approved = readApproved(approval, rows);
  return unitsOf(rows).map((unit) => ({ unit, ...decide(unitRules, { unit, approved }) }));
}

/** A unit of the plan of units. */
export type PlannedUnit = ReturnType<typeof planUnits>[number];

/** A part of applying, which may end before everything was tried. */
export interface Turn {
  /** The plan of units, as far as it is left; the next turn goes on with what is in it then. */
  readonly queue: Queue<PlannedUnit>;
  /** Asked before each unit, between two transactions; what it throws ends the turn, too. */
  readonly mayGoOn: () => boolean | Promise<boolean>;
  /** Asked within a transaction: whether there is no time left to end it. */
  readonly isLate: () => boolean;
}

/** All of it, for whoever stops reading when it has to end. */
const wholeTurn = (): Turn => ({ queue: new Queue(), mayGoOn: () => true, isLate: () => false });

/** So many units wait in vain for a lock, and none is applied in between: others need it as well. */
const MOST_LOCKED = 10;

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
  { queue, mayGoOn, isLate }: Turn = wholeTurn(),
): AsyncGenerator<Settled> {
  const planned = planUnits(comparison, approval);
  queue.fill(planned);
  await assertIsWriter(writer, comparison.origin);
  const isAnyApproved = planned.some(({ outcome }) => outcome === 'apply');
  const attempt = isAnyApproved
    ? await readyToApply(writer, comparison, approval, isLate)
    : undefined;
  const lastWords = new Map<Unit, UnitResult>();
  let locked = 0;
  let tried = 0;
  while (!queue.isEmpty && (await mayGoOn())) {
    const next = queue.take();
    if (next === undefined) return;
    const { unit } = next;
    if (next.outcome !== 'apply' || attempt === undefined) {
      yield { unit, why: next.why, outcome: next.outcome === 'apply' ? 'refused' : next.outcome };
      continue;
    }
    const result = await attempt(unit, locked < MOST_LOCKED);
    const { outcome, why, detail } = result;
    if (outcome === 'late' && tried > 0) {
      // The next turn has all its time for it.
      queue.putBack();
      queue.moved();
      return;
    }
    tried += 1;
    if (result.isLocked === true) locked += 1;
    if (outcome === 'applied') locked = 0;
    if (outcome === 'waiting') {
      queue.putBack();
      lastWords.set(unit, result);
    } else {
      if (outcome !== 'refused') queue.moved();
      yield { unit, outcome: outcome === 'late' ? 'refused' : outcome, why, detail };
    }
    if (queue.isStuck) yield* refuseTheRest(queue, lastWords);
  }
}

const LOCKED_OUT =
  `It was not tried: ${MOST_LOCKED} transactions one after the other waited ${LOCK_SECONDS} s for a lock ` +
  'of the writer in vain. Start it again when nobody holds it.';
const IN_VAIN = 'It needs a row that no other transaction brought, or gave free.';

/** Units that wait for each other, or for what was refused. */
function* refuseTheRest(
  queue: Turn['queue'],
  lastWords: ReadonlyMap<Unit, UnitResult>,
): Generator<Settled> {
  for (let next = queue.take(); next !== undefined; next = queue.take()) {
    const { why = IN_VAIN, detail } = lastWords.get(next.unit) ?? {};
    yield { unit: next.unit, outcome: 'refused', why, detail };
  }
}

/** Makes the writer ready; how a unit is applied from then on. */
async function readyToApply(
  writer: Side,
  comparison: Applicable,
  approval: Approval,
  isLate: Turn['isLate'],
) {
  const { origin, rows, sequences } = comparison;
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
  const isMarked = (row: RowReport): boolean => markers.has(markOf(row, origin));
  const done = new Set(rows.filter(isMarked).map(rowId));
  return async (unit: Unit, isTried: boolean): Promise<UnitResult> => {
    if (unit.rows.every(isMarked)) {
      const notes = unit.rows.flatMap((row) => markers.get(markOf(row, origin)) ?? []);
      const why = ['It was applied before.', ...notes.filter(Boolean)].join(' ');
      return { outcome: 'already', why };
    }
    if (!isTried) return { outcome: 'refused', why: LOCKED_OUT };
    const missing = missingFor(unit, done, renumbered);
    if (missing !== undefined)
      return { outcome: 'waiting', why: `${missing} has to be applied first.` };
    const result = await applyUnit(writer, unit, how);
    if (result.outcome === 'applied' || result.outcome === 'already')
      for (const row of unit.rows) done.add(rowId(row));
    return result;
  };
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
