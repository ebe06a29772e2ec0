import type { Move } from './move.ts';
import { go, nameOf } from './move.ts';
import type { Run, State } from './state.ts';
import { holds, withRun } from './state.ts';
import type { Variant } from './variants.ts';

/** The promotion, the ways out, and the lock that is given back. */
export function endingMoves(state: State, index: number, run: Run, variant: Variant): Move[] {
  const { phase } = run;
  if (phase === 'promoting') return readRole(state, index, variant);
  if (phase === 'intending') {
    return [
      intend(state, index, run, variant),
      go(state, index, 'promoting', 'crashes before it asks for the promotion'),
    ];
  }
  if (phase === 'undoing') return standDown(state, index, run, variant);
  return phase === 'closing' ? [close(state, index, run)] : [];
}

/**
 * PromoteDatabase and core/promotion.ts: a writer is promoted, whoever did it; a replica is asked
 * for, again too if nothing came of it. A failure or a deadline leads to RecordFailure. A fence
 * that is tried once more after that (RefencePrimary) only tightens, and is left out.
 */
function readRole(state: State, index: number, variant: Variant): Move[] {
  const failed = variant.onlyForward
    ? go(state, index, 'closing', 'gives up the promotion and records the failure')
    : go(state, index, 'undoing', 'gives up the promotion and stands down');
  const isWriter = state.standby === 'writer';
  const asks = !isWriter || !variant.readsRole;
  const found = variant.readsRole ? 'reads that the standby is a replica' : 'reads no role';
  return [
    ...(isWriter ? [go(state, index, 'closing', 'reads that the standby is the writer')] : []),
    ...(asks ? [go(state, index, 'intending', found)] : []),
    failed,
  ];
}

/**
 * `recordPromotionIntent` of aws/incident-store.ts: one transaction writes the intent and disarms
 * the plan, if the lock is held; only then the request leaves. A request that is lost afterwards
 * is a crash between the two.
 */
function intend(state: State, index: number, run: Run, variant: Variant): Move {
  if (variant.intentNeedsLock && !holds(state, run)) {
    return go(state, index, 'closing', 'may not write its intent: it lost the lock');
  }
  const lock = { ...state.lock, armed: false };
  const change = { phase: 'promoting', intent: true, promoteUnderWay: true } as const;
  const next = { ...withRun(state, index, change), lock, asked: true };
  return { what: `${nameOf(index)} writes its intent and asks for the promotion`, next };
}

/**
 * functions/stand-down.ts: the holder is asserted, an intent refuses, and only what was kept is
 * put back, again too. It ends when it is done, and when it gives up (CloseStoodDown). A lease
 * may be renewed again by a conditional write, which cannot land late.
 */
function standDown(state: State, index: number, run: Run, variant: Variant): Move[] {
  const mayNot =
    (variant.assertsHolder && !holds(state, run)) || (variant.onlyForward && run.intent);
  if (mayNot) return [go(state, index, 'closing', 'may not stand down')];
  const ends = go(state, index, 'closing', 'has stood down, or gives it up');
  if (run.kept === 'open' && variant.gate === 'lease') {
    const next = withRun({ ...state, renewable: true, waited: 0 }, index, { phase: 'closing' });
    const what = `${nameOf(index)} lets the lease be renewed again`;
    return [ends, { what, next, effect: { kind: 'unfence', run: index } }];
  }
  if (run.kept !== 'open' || run.undoUnderWay) return [ends];
  const next = withRun(state, index, { undoUnderWay: true });
  return [ends, { what: `${nameOf(index)} asks to take the fence away`, next }];
}

/** CloseIncident: gives the lock back if the run still holds it. Nobody asks the run again. */
function close(state: State, index: number, run: Run): Move {
  const isHolder = holds(state, run);
  const ended = withRun(state, index, { phase: 'ended', kept: 'nothing', intent: false });
  return {
    what: `${nameOf(index)} ends${isHolder ? ' and gives the lock back' : ''}`,
    next: isHolder ? { ...ended, lock: { ...state.lock, open: false, expired: false } } : ended,
  };
}
