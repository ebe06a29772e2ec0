import type { Move } from './move.ts';
import { go, nameOf } from './move.ts';
import type { Run, State } from './state.ts';
import { holds, isSeenAlive, LEASE_TICKS, withRun } from './state.ts';
import type { Variant } from './variants.ts';

/** From the observation to the last look: everything that can still be undone. */
export function fencingMoves(state: State, index: number, run: Run, variant: Variant): Move[] {
  const { phase } = run;
  if (phase === 'watching') {
    return [
      ...authorize(state, index, run, variant),
      go(state, index, 'undoing', 'stands down before it fences'),
    ];
  }
  if (phase === 'fencing') {
    if (variant.settles && isUnsettled(state, index)) return [];
    return [
      ...(variant.gate === 'lease' ? endLease : fence)(state, index, run, variant),
      ...(variant.unfenced === 'ask' ? accept(state, index, run) : []),
      go(state, index, 'undoing', 'cannot confirm the fence, and stands down'),
    ];
  }
  if (phase !== 'looking') return [];
  return [
    ...look(state, index, variant),
    go(state, index, 'undoing', 'stands down at its last look'),
  ];
}

/** WaitForOlderRun: whether the other run may still take a fence away (aws/settling.ts). */
function isUnsettled({ runs }: State, index: number): boolean {
  return runs.some((other, at) => at !== index && other.undoUnderWay);
}

/** Whether core/authorization.ts lets it go on; the holder is asserted, the replica is looked at. */
const isAuthorized = (state: State, run: Run): boolean =>
  holds(state, run) && state.lock.armed && state.standby === 'replica';

/**
 * ObserveOutage, AssessDataLoss and Authorize. A primary that is not seen may be dead or cut off:
 * both look alike (core/outage.ts), and a sighting stops it.
 */
function authorize(state: State, index: number, run: Run, variant: Variant): Move[] {
  if (isSeenAlive(state) || !isAuthorized(state, run)) return [];
  const phase = variant.gate === 'none' ? 'looking' : 'fencing';
  return [go(state, index, phase, 'sees no primary, and may go on')];
}

/**
 * FencePrimary, aws/try-fence.ts and core/fence-proof.ts: the holder is asserted, what was there
 * is kept once, and the fence is asked for, again too. What cannot be kept is not fenced. The grade
 * is `confirmed` only if the fence is read and a write is refused, by answers from the other side.
 */
function fence(state: State, index: number, run: Run, variant: Variant): Move[] {
  const moves: Move[] = [];
  const mayFence = !variant.assertsHolder || holds(state, run);
  const canKeep = run.kept !== 'nothing' || state.way === 'open';
  if (mayFence && canKeep && !run.fenceUnderWay) {
    const kept = run.kept === 'nothing' ? (state.fenced ? 'fenced' : 'open') : run.kept;
    const next = withRun(state, index, { kept, fenceUnderWay: true });
    moves.push({ what: `${nameOf(index)} asks for the fence`, next });
  }
  const isSilent = state.way !== 'open';
  if (isSilent ? !variant.needsRefusal : run.kept !== 'nothing' && state.fenced) {
    moves.push(go(state, index, 'looking', 'sees a write refused: the fence is confirmed'));
  }
  return moves;
}

/** The lock store refuses to renew the lease, and the run waits for as long as one may last. */
function endLease(state: State, index: number, run: Run, variant: Variant): Move[] {
  const ticks = variant.waitsForLease ? LEASE_TICKS : LEASE_TICKS - 1;
  if (!state.renewable && state.waited >= ticks) {
    return [go(state, index, 'looking', 'has waited until the lease is over')];
  }
  if (run.kept !== 'nothing' || !holds(state, run)) return [];
  const kept = state.renewable ? 'open' : 'fenced';
  const next = withRun({ ...state, renewable: false }, index, { kept });
  return [{ what: `${nameOf(index)} forbids to renew the lease`, next }];
}

/**
 * JudgeUnfencedApproval, RecheckOutage and Reauthorize: a human who was told that the fence is not
 * confirmed says yes, and everything is judged again.
 */
function accept(state: State, index: number, run: Run): Move[] {
  if (!isAuthorized(state, run) || isSeenAlive(state)) return [];
  const next = withRun(state, index, { phase: 'looking', accepted: true });
  return [{ what: `a human accepts the unfenced primary for ${nameOf(index)}`, next }];
}

/** LastLook (functions/reobserve-outage.ts): a sighting vetoes, whoever approved. */
function look(state: State, index: number, variant: Variant): Move[] {
  if (variant.looksLast && isSeenAlive(state)) return [];
  const what = variant.looksLast ? 'looks once more and sees no primary' : 'does not look again';
  return [{ ...go(state, index, 'promoting', what), isPointOfNoReturn: true }];
}
