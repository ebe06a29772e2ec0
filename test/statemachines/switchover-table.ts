import type { VirtualStage } from '../../lab/virtual/run-event.ts';
import type { Story } from './switchover-scene.ts';

/** Where a run stood when a state failed for good: that decides what must follow. */
export type Phase = 'nothing begun' | 'before' | 'after' | 'undoing' | 'closing';

/** A Task state, a story that comes by it, and where the run must end if it fails for good. */
export interface FailingState {
  readonly state: string;
  readonly phase: Phase;
  readonly story: Partial<Story>;
  readonly usually: string;
  readonly end: string;
  /** Where a timeout leads elsewhere than an error: the time to decide goes by. */
  readonly endOnTimeout?: string;
  /** Where a refusal leads elsewhere: it means that a promotion was asked for. */
  readonly endOnRefusal?: string;
}

type Usual = Pick<FailingState, 'story' | 'usually'>;
const away: Usual = { story: {}, usually: 'Moved' };
const home: Usual = { story: { after: 'failover' }, usually: 'Moved' };
const rebuilt: Usual = { story: { after: 'failover', action: 'rebuild' }, usually: 'Prepared' };
const rejected: Usual = { story: { answer: 'reject' }, usually: 'Rejected' };

/** The target's database is promoted, and its service never gets well. */
const sick = (stage: VirtualStage): void => {
  stage.facts.unitsRunning = 0;
};
const broken: Usual = {
  story: {
    onState: (name, _execution, stage) => {
      if (name === 'VerifyStandby') sick(stage);
    },
  },
  usually: 'SwitchoverFailed',
};

const notMoved = { phase: 'before', end: 'NotMoved' } as const;
const failed = { phase: 'after', end: 'SwitchoverFailed' } as const;
const notClosed = { phase: 'closing', end: 'SwitchoverNotClosed' } as const;

/** One row a Task state; a test holds the rows against the definition. */
export const failingStates: readonly FailingState[] = [
  { state: 'OpenSwitchover', phase: 'nothing begun', ...away, end: 'SwitchoverNotOpened' },
  { state: 'RebuildReplica', ...home, ...notMoved },
  { state: 'LiftFence', ...home, ...notMoved },
  { state: 'AssessReadiness', ...away, ...notMoved },
  { state: 'JudgeApproval', ...away, ...notMoved },
  { state: 'RequestApproval', ...away, ...notMoved, endOnTimeout: 'Expired' },
  { state: 'WarmUpCompute', ...away, ...notMoved },
  { state: 'CheckCapacity', ...away, ...notMoved },
  { state: 'RecheckReadiness', ...away, ...notMoved },
  { state: 'HoldWrites', ...away, ...notMoved },
  { state: 'CatchUp', ...away, ...notMoved },
  // Nothing was asked for: writes go on where they were.
  { state: 'PromoteDatabase', ...away, ...notMoved },
  { state: 'VerifyStandby', ...away, ...failed },
  { state: 'SwitchRoute', ...away, ...failed },
  { state: 'VerifyService', ...away, ...failed },
  { state: 'CloseSwitchover', ...away, ...notClosed },
  { state: 'ClosePrepared', ...rebuilt, ...notClosed },
  {
    state: 'StandDown',
    phase: 'undoing',
    ...rejected,
    end: 'StandDownIncomplete',
    endOnRefusal: 'SwitchoverFailed',
  },
  { state: 'CloseUnmoved', ...rejected, ...notClosed },
  { state: 'RecordFailure', ...broken, ...notClosed },
];
