import { NotReadyError, StaleEpochError } from '../../core/errors.ts';
import type { Incident } from '../../core/incident.ts';
import { secondsBetween } from '../../core/incident.ts';
import type { Problem } from '../../core/reconcile/closing.ts';
import type { Given } from '../../core/reconcile/given.ts';
import { MOST_TURNS } from '../../core/reconcile/given.ts';
import type { Mask } from '../../core/reconcile/mask.ts';
import { Queue } from '../../core/reconcile/queue.ts';
import type { Settled, Sums } from '../../core/reconcile/settled.ts';
import { countSettled, noSums } from '../../core/reconcile/settled.ts';
import { createIncidentStore } from '../incident-store.ts';
import { refuseIfPaused } from '../kill-switch.ts';
import type { Turn } from './apply-units.ts';
import type { PlannedUnit } from './plan-units.ts';
import type { Runtime } from '../runtime.ts';

/** The function may run for 15 min; a transaction that was begun is ended, if it can be. */
const TURN_SECONDS = 480;
/** After the last look two statements of a transaction may take three minutes each. */
const LATE_SECONDS = 510;
/** So often it is looked whether it still may: whoever pauses the plan does not wait for a turn. */
const LOOK_SECONDS = 5;

/** A turn of applying what was approved, and what became of it together with the turns before. */
export type GivenSums = Omit<Given, 'id'>;

interface Whose {
  readonly incident: Incident;
  readonly mask: Mask;
  /** The turn before, if there was one. */
  readonly given: Given | null;
}

/**
 * Applies until all is tried, the turn's time is over, or a guard says no, which the answer tells:
 * what was applied until then is applied.
 * @throws UnreachableError if the writer is gone; the same turn may be tried again
 */
export async function runTurn(
  runtime: Runtime,
  { incident, mask, given }: Whose,
  apply: (turn: Turn) => AsyncIterable<Settled>,
): Promise<GivenSums> {
  const turn = (given?.turn ?? 0) + 1;
  const queue = new Queue<PlannedUnit>(given?.progress ?? undefined);
  const settled: Settled[] = [];
  let problem: Problem | null = null;
  try {
    const watch = watchTurn(runtime, incident);
    for await (const each of apply({ queue, ...watch })) settled.push(each);
  } catch (error) {
    if (!(error instanceof NotReadyError || error instanceof StaleEpochError)) throw error;
    problem = { error: error.name, why: error.message };
  }
  const sums = countSettled(settled, mask, given ?? noSums);
  const isDone = problem === null && queue.isEmpty;
  if (isDone || problem !== null || turn >= MOST_TURNS)
    return { turn, isComplete: isDone, progress: null, problem: problem ?? late(isDone), ...sums };
  const { progress, dropped } = queue.progress();
  return { turn, isComplete: false, progress, problem, ...sums, ...withDropped(sums, dropped) };
}

const late = (isDone: boolean): Problem | null =>
  isDone
    ? null
    : {
        error: 'DeadlineExceededError',
        why: `${MOST_TURNS} turns of ${TURN_SECONDS} s were not enough. Start it again: it goes on.`,
      };

/** Nothing is left out silently. */
function withDropped({ reasons }: Sums, dropped: number): Partial<Sums> {
  if (dropped === 0) return {};
  const why = `${dropped} transactions wait for others, more than are kept in mind: start it again.`;
  return { reasons: [why, ...reasons.slice(0, 9)] };
}

/** Whether the turn has time left; looks at the lock and the switch every few seconds. */
function watchTurn(runtime: Runtime, incident: Incident): Pick<Turn, 'mayGoOn' | 'isLate'> {
  const begunAt = runtime.clock.now();
  let lookedAt = begunAt;
  const isLate = (): boolean => secondsBetween(begunAt, runtime.clock.now()) >= LATE_SECONDS;
  const mayGoOn = async (): Promise<boolean> => {
    const now = runtime.clock.now();
    if (secondsBetween(begunAt, now) >= TURN_SECONDS) return false;
    if (secondsBetween(lookedAt, now) < LOOK_SECONDS) return true;
    lookedAt = now;
    await createIncidentStore(runtime).assertHolder(incident);
    await refuseIfPaused(runtime, incident.plan);
    return true;
  };
  return { mayGoOn, isLate };
}
