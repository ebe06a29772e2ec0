import type { Move } from './move.ts';
import { nameOf } from './move.ts';
import type { Run, State } from './state.ts';
import { holds } from './state.ts';

/** What people do, and what follows from it by itself. */
export function operatorMoves(state: State): Move[] {
  return [
    ...state.runs.flatMap((run, index) => stopAndRedrive(state, index, run)),
    ...rearm(state),
    ...failBack(state),
  ];
}

/**
 * StopExecution in any state, and a redrive. What is stopped makes no step, and every run may make
 * none for as long as it likes; so all that a stop changes is the lock. aws/settle.ts gives it
 * back; if it cannot, the lock expires, and core/triage.ts takes it for that of a dead run, which
 * a redrive proves wrong. A Lambda that has begun to promote lives on, but not for a day.
 */
function stopAndRedrive(state: State, index: number, run: Run): Move[] {
  if (!holds(state, run) || run.phase === 'ended') return [];
  const { lock } = state;
  const who = nameOf(index);
  const settled = { ...state, lock: { ...lock, open: false, expired: false } };
  const expired = { ...state, lock: { ...lock, expired: true } };
  return [
    {
      what: `an operator stops ${who}, whose lock is given back, and may redrive it`,
      next: settled,
    },
    ...(lock.expired || run.phase === 'intending'
      ? []
      : [
          {
            what: `an operator stops ${who}, whose lock expires, and may redrive it`,
            next: expired,
          },
        ]),
  ];
}

/** aws/acknowledge.ts, and a cool-down that is over: longer than any request is under way. */
function rearm(state: State): Move[] {
  const { lock, runs } = state;
  if (lock.armed || lock.open || runs.some(({ promoteUnderWay }) => promoteUnderWay)) return [];
  // A promotion that never came about is over with this; one that did is there for good.
  const asked = state.asked && state.standby === 'writer';
  const next = { ...state, lock: { ...lock, armed: true }, spent: false, asked };
  return [{ what: 'the cool-down ends and a human acknowledges', next }];
}

/** Hours of work by hand, after the incident is closed: the old roles, and reconciled data. */
function failBack(state: State): Move[] {
  const isUnderWay = state.runs.some(
    (run) => run.undoUnderWay || run.promoteUnderWay || run.phase === 'intending',
  );
  if (state.standby !== 'writer' || state.lock.open || isUnderWay) return [];
  const next: State = {
    ...state,
    ...{ isPrimaryUp: true, fenced: false, standby: 'replica', promotedBy: undefined },
    ...{ asked: false, renewable: true, waited: 0 },
  };
  return [{ what: 'people fail back to the primary by hand', next }];
}
