import type { Move } from './move.ts';
import { nameOf } from './move.ts';
import type { State } from './state.ts';
import { LEASE_TICKS, withRun } from './state.ts';
import type { Variant } from './variants.ts';

const wayWords: Readonly<Record<State['way'], string>> = {
  open: 'the ways to the primary and back are open again',
  noAnswers: 'the way back from the primary is cut: requests reach it, answers do not return',
  cut: 'the way to the primary is cut',
};

/** The primary dies and returns, and each way is cut and mended, as often as they like. */
export function faultMoves(state: State, { gate }: Variant): Move[] {
  const { isPrimaryUp, renewals } = state;
  const ways = (['open', 'noAnswers', 'cut'] as const).filter((way) => way !== state.way);
  const renewing = `the way from the primary to the lock store is ${renewals ? 'cut' : 'mended'}`;
  return [
    {
      what: isPrimaryUp ? 'the primary dies' : 'the primary returns',
      next: { ...state, isPrimaryUp: !isPrimaryUp },
    },
    ...ways.map((way) => ({ what: wayWords[way], next: { ...state, way } })),
    ...(gate === 'lease' ? [{ what: renewing, next: { ...state, renewals: !renewals } }] : []),
  ];
}

/**
 * The abstract clock of a lease. The primary counts from when it asked for it, so that an answer
 * that comes late only gives it less time.
 */
export function leaseMoves(state: State, { gate }: Variant): Move[] {
  if (gate !== 'lease') return [];
  const { lease, waited, renewable, renewals, isPrimaryUp } = state;
  const ticked = {
    ...state,
    lease: Math.max(0, lease - 1),
    waited: renewable ? 0 : Math.min(LEASE_TICKS, waited + 1),
  };
  const mayRenew = renewable && renewals && isPrimaryUp && lease < LEASE_TICKS;
  return [
    { what: 'a tick of the clock passes', next: ticked },
    ...(mayRenew
      ? [{ what: 'the primary renews its lease', next: { ...state, lease: LEASE_TICKS } }]
      : []),
  ];
}

/**
 * What is under way lands, now or much later, or is lost. Once in the network, nothing holds a
 * request back: not the lock, not the end of its run. A fence that is lost is one that never lands.
 */
export function networkMoves(state: State, variant: Variant): Move[] {
  return state.runs.flatMap((run, index) => [
    ...(run.fenceUnderWay ? landFence(state, index) : []),
    ...(run.undoUnderWay ? landUndo(state, index) : []),
    ...(run.promoteUnderWay ? landPromotion(state, index, variant) : []),
  ]);
}

function landFence(state: State, index: number): Move[] {
  if (state.way === 'cut') return [];
  const next = { ...withRun(state, index, { fenceUnderWay: false }), fenced: true };
  return [{ what: `the fence of ${nameOf(index)} lands`, next }];
}

function landUndo(state: State, index: number): Move[] {
  const gone = withRun(state, index, { undoUnderWay: false });
  const what = `the undo of ${nameOf(index)}`;
  const lost = { what: `${what} is lost`, next: gone };
  if (state.way === 'cut') return [lost];
  if (!state.fenced) return [lost, { what: `${what} lands, and changes nothing`, next: gone }];
  return [
    lost,
    {
      what: `${what} lands: the primary is not fenced any more`,
      next: { ...gone, fenced: false },
      effect: { kind: 'unfence', run: index },
    },
  ];
}

function landPromotion(state: State, index: number, variant: Variant): Move[] {
  const gone = withRun(state, index, { promoteUnderWay: false });
  const what = `the promotion of ${nameOf(index)}`;
  const lost = { what: `${what} is lost`, next: gone };
  if (state.standby === 'writer' && variant.databaseRefuses) {
    return [lost, { what: `${what} is refused: the standby is a writer`, next: gone }];
  }
  const done = withRun(gone, index, { hasPromoted: true });
  const promotedBy = state.promotedBy ?? index;
  return [
    lost,
    {
      what: `${what} lands: the standby takes writes`,
      next: { ...done, standby: 'writer', promotedBy, spent: true },
      effect: { kind: 'promote', run: index },
    },
  ];
}
