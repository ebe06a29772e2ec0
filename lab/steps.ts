import type { Runtime } from '../aws/runtime.ts';
import { toHandler } from '../aws/step.ts';
import { announce } from '../functions/announce.ts';
import { applyWrites } from '../functions/apply-writes.ts';
import { assessDataLoss } from '../functions/assess-data-loss.ts';
import { assessDivergence } from '../functions/assess-divergence.ts';
import { assessReadiness } from '../functions/assess-readiness.ts';
import { authorize } from '../functions/authorize.ts';
import { catchUp } from '../functions/catch-up.ts';
import { checkCapacity } from '../functions/check-capacity.ts';
import { closeIncident } from '../functions/close-incident.ts';
import { closeReconciliation } from '../functions/close-reconciliation.ts';
import { closeSwitchover } from '../functions/close-switchover.ts';
import { compareDatabase } from '../functions/compare-database.ts';
import { fenceOldPrimary } from '../functions/fence-old-primary.ts';
import { fencePrimary } from '../functions/fence-primary.ts';
import { frontDoor } from '../functions/front-door.ts';
import { judgeApproval } from '../functions/judge-approval.ts';
import { liftFence } from '../functions/lift-fence.ts';
import { observeOutage } from '../functions/observe-outage.ts';
import { onExecutionStatusChange } from '../functions/on-execution-status-change.ts';
import { onIncidentChange } from '../functions/on-incident-change.ts';
import { onKeeperSchedule } from '../functions/on-keeper-schedule.ts';
import { onSchedule } from '../functions/on-schedule.ts';
import { onVote } from '../functions/on-vote.ts';
import { openIncident } from '../functions/open-incident.ts';
import { openReconciliation } from '../functions/open-reconciliation.ts';
import { openSwitchover } from '../functions/open-switchover.ts';
import { preserveEvidence } from '../functions/preserve-evidence.ts';
import { promoteDatabase } from '../functions/promote-database.ts';
import { rebuildReplica } from '../functions/rebuild-replica.ts';
import { reobserveOutage } from '../functions/reobserve-outage.ts';
import { requestApproval } from '../functions/request-approval.ts';
import { standDown } from '../functions/stand-down.ts';
import { switchRoute } from '../functions/switch-route.ts';
import { verifyService } from '../functions/verify-service.ts';
import { verifyStandby } from '../functions/verify-standby.ts';
import { warmUpCompute } from '../functions/warm-up-compute.ts';

type Bind = (runtime: Runtime) => (payload: unknown) => Promise<unknown>;

/** Every function of the stack by the name of its file, ready to be bound to a runtime. */
export const steps: Readonly<Record<string, Bind>> = {
  announce: (runtime) => toHandler(announce, () => runtime),
  'apply-writes': (runtime) => toHandler(applyWrites, () => runtime),
  'assess-data-loss': (runtime) => toHandler(assessDataLoss, () => runtime),
  'assess-divergence': (runtime) => toHandler(assessDivergence, () => runtime),
  'assess-readiness': (runtime) => toHandler(assessReadiness, () => runtime),
  authorize: (runtime) => toHandler(authorize, () => runtime),
  'catch-up': (runtime) => toHandler(catchUp, () => runtime),
  'check-capacity': (runtime) => toHandler(checkCapacity, () => runtime),
  'close-incident': (runtime) => toHandler(closeIncident, () => runtime),
  'close-reconciliation': (runtime) => toHandler(closeReconciliation, () => runtime),
  'close-switchover': (runtime) => toHandler(closeSwitchover, () => runtime),
  'compare-database': (runtime) => toHandler(compareDatabase, () => runtime),
  'fence-old-primary': (runtime) => toHandler(fenceOldPrimary, () => runtime),
  'fence-primary': (runtime) => toHandler(fencePrimary, () => runtime),
  'front-door': frontDoor,
  'judge-approval': (runtime) => toHandler(judgeApproval, () => runtime),
  'lift-fence': (runtime) => toHandler(liftFence, () => runtime),
  'observe-outage': (runtime) => toHandler(observeOutage, () => runtime),
  'on-execution-status-change': (runtime) => toHandler(onExecutionStatusChange, () => runtime),
  'on-incident-change': (runtime) => toHandler(onIncidentChange, () => runtime),
  'on-keeper-schedule': (runtime) => toHandler(onKeeperSchedule, () => runtime),
  'on-schedule': (runtime) => toHandler(onSchedule, () => runtime),
  'on-vote': (runtime) => toHandler(onVote, () => runtime),
  'open-incident': (runtime) => toHandler(openIncident, () => runtime),
  'open-reconciliation': (runtime) => toHandler(openReconciliation, () => runtime),
  'open-switchover': (runtime) => toHandler(openSwitchover, () => runtime),
  'preserve-evidence': (runtime) => toHandler(preserveEvidence, () => runtime),
  'promote-database': (runtime) => toHandler(promoteDatabase, () => runtime),
  'rebuild-replica': (runtime) => toHandler(rebuildReplica, () => runtime),
  'reobserve-outage': (runtime) => toHandler(reobserveOutage, () => runtime),
  'request-approval': (runtime) => toHandler(requestApproval, () => runtime),
  'stand-down': (runtime) => toHandler(standDown, () => runtime),
  'switch-route': (runtime) => toHandler(switchRoute, () => runtime),
  'verify-service': (runtime) => toHandler(verifyService, () => runtime),
  'verify-standby': (runtime) => toHandler(verifyStandby, () => runtime),
  'warm-up-compute': (runtime) => toHandler(warmUpCompute, () => runtime),
};
