import type { Run, State } from './state.ts';
import { phases } from './state.ts';

/** The place of each value among those of its field. */
const phaseDigit = new Map(phases.map((phase, digit) => [phase, digit]));
const keptDigit = { nothing: 0, open: 1, fenced: 2 } as const;
const wayDigit = { open: 0, noAnswers: 1, cut: 2 } as const;

/** So many keys a run can have. */
const RUN_KEYS = phases.length * 3 * 3 * 3 * 2 ** 7;

/** One more digit of two values. */
const bit = (key: number, flag: boolean): number => key * 2 + (flag ? 1 : 0);

function runKey(run: Run): number {
  let key = phaseDigit.get(run.phase) ?? 0;
  key = ((key * 3 + keptDigit[run.kept]) * 3 + run.seen) * 3 + run.epoch;
  key = bit(bit(bit(bit(key, run.seenOpen), run.intent), run.accepted), run.hasPromoted);
  return bit(bit(bit(key, run.fenceUnderWay), run.undoUnderWay), run.promoteUnderWay);
}

/**
 * Equal states have one key, and different states have different keys: every field is a digit of
 * its own. No small number is above two: there are two runs and two ticks. All digits together
 * stay below 2 ** 53, where whole numbers are exact.
 */
export function keyOf(state: State): number {
  const { lock, runs, promotedBy } = state;
  let key = wayDigit[state.way] * 3 + (promotedBy === undefined ? 0 : promotedBy + 1);
  key = ((key * 3 + lock.epoch) * 3 + state.lease) * 3 + state.waited;
  key = bit(bit(key, state.isPrimaryUp), state.fenced);
  key = bit(bit(bit(key, state.standby === 'writer'), state.renewals), state.renewable);
  key = bit(bit(bit(key, lock.open), lock.expired), lock.armed);
  key = bit(bit(key, state.asked), state.spent);
  return (key * RUN_KEYS + runKey(runs[0])) * RUN_KEYS + runKey(runs[1]);
}
