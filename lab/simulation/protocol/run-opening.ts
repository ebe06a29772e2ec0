import type { Move } from './move.ts';
import { nameOf } from './move.ts';
import type { Run, State } from './state.ts';
import { withRun } from './state.ts';
import type { Variant } from './variants.ts';

/**
 * OpenIncident as functions/open-incident.ts, core/triage.ts and `claim` of aws/incident-store.ts
 * have it: triage reads the lock, and a conditional write takes it if it is still as it was seen.
 * An alarm that is declined changes nothing, so that it is no move; a crash after the claim finds
 * its own incident again, so that it is none either.
 */
export function openingMoves(state: State, index: number, run: Run, variant: Variant): Move[] {
  if (run.phase === 'idle') return triage(state, index);
  if (run.phase === 'claiming') return claim(state, index, run, variant);
  return [];
}

/** The two runs are alike, so that the second alarm comes after the first. */
function triage(state: State, index: number): Move[] {
  const { lock, runs } = state;
  const isHeld = lock.open && !lock.expired;
  if (isHeld || !lock.armed || (index === 1 && runs[0].phase === 'idle')) return [];
  return [
    {
      what: `alarm ${index + 1}: ${nameOf(index)} finds the lock ${lock.open ? 'expired' : 'free'}`,
      next: withRun(state, index, { phase: 'claiming', seen: lock.epoch, seenOpen: lock.open }),
    },
  ];
}

function claim(state: State, index: number, run: Run, variant: Variant): Move[] {
  const { lock } = state;
  const isAsSeen =
    lock.epoch === run.seen &&
    lock.open === run.seenOpen &&
    // Triage had found it armed.
    (lock.armed || !variant.claimSeesPromotion);
  if (!isAsSeen) {
    const next = withRun(state, index, { phase: 'ended', seen: 0, seenOpen: false });
    return [{ what: `${nameOf(index)} is declined: another run was quicker`, next }];
  }
  const epoch = lock.epoch + 1;
  const claimed = withRun(state, index, { phase: 'watching', epoch, seen: 0, seenOpen: false });
  const next = { ...claimed, lock: { ...lock, epoch, open: true, expired: false } };
  return [{ what: `${nameOf(index)} claims the lock with epoch ${epoch}`, next }];
}
