import type { Run, State } from './state.ts';

/**
 * The state without what can make no difference any more, so that states that behave alike are
 * one: what a run on its way out has kept, and who a run was that has nothing under way.
 */
export function normalize(state: State): State {
  const [first, second] = state.runs;
  const runs = [normalizeRun(first, state, 0), normalizeRun(second, state, 1)] as const;
  return runs[0] === first && runs[1] === second ? state : { ...state, runs };
}

function normalizeRun(run: Run, { promotedBy }: State, index: number): Run {
  const isOut = run.phase === 'closing' || run.phase === 'ended';
  const mayPromote = !['undoing', 'closing', 'ended'].includes(run.phase) || run.promoteUnderWay;
  const accepted = run.accepted && (mayPromote || promotedBy === index);
  const hasPromoted = run.hasPromoted && mayPromote;
  const isOver = run.phase === 'ended' && !run.undoUnderWay && !run.promoteUnderWay;
  const kept = isOut ? 'nothing' : run.kept;
  const intent = run.intent && !isOut;
  const epoch = isOver ? 0 : run.epoch;
  const isSame =
    accepted === run.accepted &&
    hasPromoted === run.hasPromoted &&
    kept === run.kept &&
    intent === run.intent &&
    epoch === run.epoch;
  return isSame ? run : { ...run, accepted, hasPromoted, kept, intent, epoch };
}
