import { alarmEvent } from '../lab/virtual/scene.ts';
import type { Scene } from '../lab/virtual/scene.ts';
import { approvalPlan, steadyPlan, unfencedPlan, withoutCapacity } from './plans.ts';

/** Where a run stood when a state failed for good: that decides what must follow. */
export type Phase = 'nothing begun' | 'before' | 'goes on' | 'after' | 'undoing' | 'closing';

/** A Task state, a scene that comes by it, and where the run must end if it fails for good. */
export interface FailingState {
  readonly state: string;
  readonly phase: Phase;
  readonly scene: () => Promise<Scene>;
  /** How the scene ends if nothing fails. */
  readonly usually: { readonly end: string; readonly promotions: number };
  readonly end: string;
  /** Where a timeout leads elsewhere than an error: the time to decide goes by. */
  readonly endOnTimeout?: string;
}

const outageScene = async (): Promise<Scene> => ({ plan: await steadyPlan() });
const approvedScene = async (): Promise<Scene> => ({
  plan: await approvalPlan(),
  answer: 'approve',
});
const rejectedScene = async (): Promise<Scene> => ({
  plan: await approvalPlan(),
  answer: 'reject',
});
const unfencedScene = async (): Promise<Scene> => ({
  plan: await unfencedPlan('ask'),
  answer: 'approve',
});
const suppressedScene = async (): Promise<Scene> => {
  const plan = await steadyPlan();
  return { plan, event: alarmEvent(plan, { actionsSuppressedBy: 'Alarm' }) };
};
const crowdedScene = async (): Promise<Scene> => ({
  plan: await steadyPlan(),
  arrange: withoutCapacity,
});

type Usual = Pick<FailingState, 'scene' | 'usually'>;
const recovered = { end: 'Recovered', promotions: 1 };
const outage: Usual = { scene: outageScene, usually: recovered };
const approved: Usual = { scene: approvedScene, usually: recovered };
const unfenced: Usual = { scene: unfencedScene, usually: recovered };
const rejected: Usual = { scene: rejectedScene, usually: { end: 'Rejected', promotions: 0 } };
const suppressed: Usual = { scene: suppressedScene, usually: { end: 'Declined', promotions: 0 } };
const crowded: Usual = { scene: crowdedScene, usually: { end: 'FailoverFailed', promotions: 1 } };

/** One row a Task state; a test holds the rows against the definition. */
export const failingStates: readonly FailingState[] = [
  { state: 'OpenIncident', phase: 'nothing begun', ...outage, end: 'IncidentNotOpened' },
  {
    state: 'AnnounceDecline',
    phase: 'nothing begun',
    ...suppressed,
    end: 'DeclineNotAnnounced',
  },
  { state: 'ObserveOutage', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'ConfirmOutage', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'AssessDataLoss', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'Authorize', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'JudgeApproval', phase: 'before', ...approved, end: 'NotPromoted' },
  {
    state: 'RequestApproval',
    phase: 'before',
    ...approved,
    end: 'NotPromoted',
    endOnTimeout: 'Expired',
  },
  { state: 'ReobserveOutage', phase: 'before', ...approved, end: 'NotPromoted' },
  { state: 'WarmUpCompute', phase: 'goes on', ...outage, end: 'Recovered' },
  { state: 'AnnounceIncident', phase: 'goes on', ...outage, end: 'Recovered' },
  { state: 'FencePrimary', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'JudgeUnfencedApproval', phase: 'before', ...unfenced, end: 'NotPromoted' },
  {
    state: 'RequestUnfencedApproval',
    phase: 'before',
    ...unfenced,
    end: 'NotPromoted',
    endOnTimeout: 'Expired',
  },
  { state: 'RecheckOutage', phase: 'before', ...unfenced, end: 'NotPromoted' },
  { state: 'RecheckDataLoss', phase: 'before', ...unfenced, end: 'NotPromoted' },
  { state: 'Reauthorize', phase: 'before', ...unfenced, end: 'NotPromoted' },
  { state: 'LastLook', phase: 'before', ...outage, end: 'NotPromoted' },
  { state: 'PromoteDatabase', phase: 'after', ...outage, end: 'FailoverFailed' },
  { state: 'CheckCapacity', phase: 'after', ...outage, end: 'FailoverFailed' },
  { state: 'RefencePrimary', phase: 'goes on', ...outage, end: 'Recovered' },
  { state: 'VerifyStandby', phase: 'after', ...outage, end: 'FailoverFailed' },
  { state: 'SwitchRoute', phase: 'after', ...outage, end: 'FailoverFailed' },
  { state: 'VerifyService', phase: 'after', ...outage, end: 'FailoverFailed' },
  { state: 'CloseIncident', phase: 'closing', ...outage, end: 'IncidentNotClosed' },
  { state: 'StandDown', phase: 'undoing', ...rejected, end: 'StandDownIncomplete' },
  { state: 'CloseStoodDown', phase: 'closing', ...rejected, end: 'IncidentNotClosed' },
  { state: 'RecordFailure', phase: 'closing', ...crowded, end: 'IncidentNotClosed' },
];
