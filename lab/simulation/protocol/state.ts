/**
 * Where a run of the plan is: one or more states of statemachines/failover.asl.yaml, or a part of
 * one where something can come between its check and its change: `claiming` (OpenIncident has read
 * the lock) and `intending` (PromoteDatabase has read the role).
 */
export const phases = [
  'idle',
  'claiming',
  'watching',
  'fencing',
  'looking',
  'promoting',
  'intending',
  'undoing',
  'closing',
  'ended',
] as const;
export type Phase = (typeof phases)[number];

/** One execution of the plan, and its requests that are still under way in the network. */
export interface Run {
  readonly phase: Phase;
  /** The epoch that triage found in the lock, and whether the lock was open; for the claim. */
  readonly seen: number;
  readonly seenOpen: boolean;
  /** The epoch that it claimed; 0 before. */
  readonly epoch: number;
  /** How the primary was found before it was fenced: what standing down puts back. */
  readonly kept: 'nothing' | 'open' | 'fenced';
  /** The promotion intent in the table. */
  readonly intent: boolean;
  /** A human accepted an unfenced primary in this incident. */
  readonly accepted: boolean;
  readonly fenceUnderWay: boolean;
  readonly undoUnderWay: boolean;
  readonly promoteUnderWay: boolean;
  /** For the checker alone: a promotion of this incident took effect. */
  readonly hasPromoted: boolean;
}

/** The item `LOCK` of a plan in the table. */
export interface Lock {
  readonly epoch: number;
  readonly open: boolean;
  readonly expired: boolean;
  /** No promotion was asked for since the cool-down ended and a human acknowledged. */
  readonly armed: boolean;
}

/** Everything that is true at one moment: a small plain value. */
export interface State {
  readonly isPrimaryUp: boolean;
  readonly fenced: boolean;
  readonly standby: 'replica' | 'writer';
  /** Whose promotion made the standby the writer; undefined if nobody's. */
  readonly promotedBy: number | undefined;
  /**
   * The ways between the orchestrator's Region and the primary: `noAnswers` lets requests pass and
   * none of their answers. A cut way there needs no way back: every contact begins with a request.
   */
  readonly way: 'open' | 'noAnswers' | 'cut';
  /** The way from the primary to the lock store, which renews its lease. */
  readonly renewals: boolean;
  readonly lock: Lock;
  /** Ticks until the primary's lease ends, and ticks since nobody may renew it. */
  readonly lease: number;
  readonly renewable: boolean;
  readonly waited: number;
  readonly runs: readonly [Run, Run];
  /** For the checker alone: a promote request has left since the last failback. */
  readonly asked: boolean;
  /** For the checker alone: a promotion took effect since the plan was armed. */
  readonly spent: boolean;
}

/** How many ticks of the abstract clock a renewed lease lasts. */
export const LEASE_TICKS = 2;

const newRun: Run = {
  phase: 'idle',
  seen: 0,
  seenOpen: false,
  epoch: 0,
  kept: 'nothing',
  intent: false,
  accepted: false,
  fenceUnderWay: false,
  undoUnderWay: false,
  promoteUnderWay: false,
  hasPromoted: false,
};

/** Everything is well, and no alarm has come yet. */
export const healthy: State = {
  isPrimaryUp: true,
  fenced: false,
  standby: 'replica',
  promotedBy: undefined,
  way: 'open',
  renewals: true,
  lock: { epoch: 0, open: false, expired: false, armed: true },
  lease: LEASE_TICKS,
  renewable: true,
  waited: 0,
  runs: [newRun, newRun],
  asked: false,
  spent: false,
};

/** The state with one run changed. */
export function withRun(state: State, index: number, change: Partial<Run>): State {
  const [first, second] = state.runs;
  const runs: State['runs'] =
    index === 0 ? [{ ...first, ...change }, second] : [first, { ...second, ...change }];
  return { ...state, runs };
}

/** Whether this run holds the plan's lock: `assertHolder` of aws/incident-store.ts. */
export const holds = ({ lock }: State, { epoch }: Run): boolean =>
  lock.open && epoch > 0 && lock.epoch === epoch;

/** Whether a look must find the primary alive: its answers come, and no fence hides it. */
export const isSeenAlive = ({ isPrimaryUp, way, fenced }: State): boolean =>
  isPrimaryUp && way === 'open' && !fenced;
