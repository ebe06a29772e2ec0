import type { Approval, Approved } from '../../core/reconcile/approved.ts';
import { readApproved } from '../../core/reconcile/approved.ts';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf, rowId } from '../../core/reconcile/comparison.ts';
import { Queue } from '../../core/reconcile/queue.ts';
import type { Settled } from '../../core/reconcile/settled.ts';
import type { Unit } from '../../core/reconcile/units.ts';
import type { PlannedUnit } from './plan-units.ts';
import { planUnits } from './plan-units.ts';

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
export const wholeTurn = (): Turn => ({
  ...{ queue: new Queue(), mayGoOn: () => true, isLate: () => false },
});

/**
 * What became of a unit. `waiting`: it needs a row that another unit may bring or take away; `late`:
 * there was no time left to end it, and nothing of it was applied.
 */
export interface UnitResult {
  readonly outcome: 'applied' | 'already' | 'waiting' | 'late' | 'refused';
  readonly why: string;
  /** What the writer said itself; it may quote rows of others. */
  readonly detail?: string | undefined;
  /** Somebody else held a lock for as long as it is waited for. */
  readonly isLocked?: boolean;
}

/** A writer that was made ready. */
export interface Ready {
  /** What is noted with the mark of a row that was applied before; undefined if it was not. */
  readonly noteOf: (row: RowReport) => string | undefined;
  /** Applies a unit as a whole, or nothing of it. Safe to repeat. */
  readonly apply: (unit: Unit) => Promise<UnitResult>;
}

/** What a kind of database does with its writer. */
export interface Work {
  /** @throws NotReadyError if it is not the writer that was compared. Changes nothing */
  readonly assertIsWriter: () => Promise<void>;
  /** Asked once, and only if something was approved. */
  readonly makeReady: () => Promise<Ready>;
}

/** So many units wait in vain for a lock, and none is applied in between: others need it as well. */
const MOST_LOCKED = 10;

/** A statement that changes something waits no longer for a lock than this: the service goes first. */
export const LOCK_SECONDS = 5;

/**
 * Applies what was approved, a transaction of the old primary at a time, in the order in which it
 * committed them. Whoever stops reading stops between two of them. Safe to repeat.
 * @throws InvalidInputError if an item of the approval fits nothing; and what the work throws
 */
export async function* applyInTurn(
  rows: readonly RowReport[],
  approval: Approval,
  { queue, mayGoOn }: Turn,
  { assertIsWriter, makeReady }: Work,
): AsyncGenerator<Settled> {
  const planned = planUnits({ rows }, approval);
  queue.fill(planned);
  await assertIsWriter();
  const isAnyApproved = planned.some(({ outcome }) => outcome === 'apply');
  const attempt = isAnyApproved ? attemptWith(await makeReady(), rows, approval) : undefined;
  const lastWords = new Map<Unit, UnitResult>();
  let locked = 0;
  while (!queue.isEmpty && (await mayGoOn())) {
    const next = queue.take();
    if (next === undefined) return;
    const { unit } = next;
    if (next.outcome !== 'apply' || attempt === undefined) {
      yield { unit, why: next.why, outcome: next.outcome === 'apply' ? 'refused' : next.outcome };
      continue;
    }
    const result = await attempt(unit, locked < MOST_LOCKED);
    const { why, detail } = result;
    if (result.outcome === 'late' && !queue.wasFirst) {
      // The next turn begins with it, and has all its time for it.
      queue.putBackFirst();
      return;
    }
    const outcome = result.outcome === 'late' ? 'refused' : result.outcome;
    if (result.isLocked === true) locked += 1;
    if (outcome === 'applied') locked = 0;
    if (outcome === 'waiting') {
      queue.putBack();
      lastWords.set(unit, result);
    } else {
      if (outcome !== 'refused') queue.moved();
      yield { unit, outcome, why, detail };
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

/** How a unit is applied, once the writer is ready. */
function attemptWith({ noteOf, apply }: Ready, rows: readonly RowReport[], approval: Approval) {
  const { renumbered } = readApproved(approval, rows);
  const isMarked = (row: RowReport): boolean => noteOf(row) !== undefined;
  const done = new Set(rows.filter(isMarked).map(rowId));
  return async (unit: Unit, isTried: boolean): Promise<UnitResult> => {
    if (unit.rows.every(isMarked)) {
      const notes = unit.rows.flatMap((row) => noteOf(row) ?? []);
      const why = ['It was applied before.', ...notes.filter(Boolean)].join(' ');
      return { outcome: 'already', why };
    }
    if (!isTried) return { outcome: 'refused', why: LOCKED_OUT };
    const missing = missingFor(unit, done, renumbered);
    if (missing !== undefined)
      return { outcome: 'waiting', why: `${missing} has to be applied first.` };
    const result = await apply(unit);
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
