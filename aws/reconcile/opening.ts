import type { Incident } from '../../core/incident.ts';
import { incidentId } from '../../core/incident.ts';
import type { ReconcileRequest } from '../../core/reconcile/request.ts';
import { reconcileRules } from '../../core/reconcile/opening.ts';
import type { Decision } from '../../core/rules.ts';
import { decide } from '../../core/rules.ts';
import { returnRules } from '../../core/watch.ts';
import { readKillSwitch } from '../kill-switch.ts';
import type { Watched } from '../old-primary.ts';
import { findService, readWatched } from '../old-primary.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { readStanding } from '../switchover/standing.ts';
import type { Standing } from '../switchover/standing.ts';

/** Under which name it is kept of a failover that somebody began to account for it. */
export const BEGUN = 'reconciliation-begun';

/** Whether a reconciliation may begin: everything that it depends on is read now. */
export async function judgeReconciliation(
  runtime: Runtime,
  plan: Plan,
): Promise<{ readonly decision: Decision<'open' | 'decline'>; readonly standing: Standing }> {
  const standing = await readStanding(runtime, plan);
  const { lock, promotedBy, isReconciled } = standing;
  const watched = promotedBy === undefined ? undefined : await readWatched(runtime, promotedBy);
  const isPlanned = watched?.incident.planned !== undefined;
  const promotion = watched === undefined ? undefined : isPlanned ? 'switchover' : 'failover';
  const isWanted = plan.reconciliation !== undefined;
  const isOfInterest = isWanted && watched !== undefined && !isPlanned;
  const decision = decide(reconcileRules, {
    ...{ lock, promotion, isReconciled, isWanted },
    killSwitch: await readKillSwitch(runtime, plan.name),
    changed: watched === undefined ? [] : changesOf(watched.plan, plan),
    service: isOfInterest ? decide(returnRules, await findService(runtime, watched)) : undefined,
    now: runtime.clock.now(),
  });
  return { decision, standing };
}

/** What of the databases is not as it was at the failover, a sentence each. */
function changesOf(then: Plan, now: Plan): string[] {
  const words = ({ regions, databases }: Plan): string[] =>
    databases.map(
      ({ id, source, replica }) =>
        `${id}: ${source} in ${regions.primary}, ${replica} in ${regions.standby}.`,
    );
  const [before, after] = [words(then), words(now)];
  return [
    ...after.filter((each) => !before.includes(each)).map((each) => `Found ${each}`),
    ...before.filter((each) => !after.includes(each)).map((each) => `Expected ${each}`),
  ];
}

/** The incident of a reconciliation, one epoch after the last one of its plan. */
export function nextReconciliation(
  runtime: Runtime,
  { regions, name }: Plan,
  { by, reason }: ReconcileRequest,
  { lock, promotedBy }: Standing,
  executionArn: string,
): Incident {
  const epoch = (lock?.epoch ?? 0) + 1;
  const openedAt = runtime.clock.now().toISOString();
  return {
    id: incidentId(name, openedAt, epoch),
    ...{ plan: name, epoch, openedAt, executionArn },
    alarm: 'none: a reconciliation',
    alarmReason: `${by} asked for it: ${reason}`,
    outageStart: { known: false, reason: 'There is no outage: the old primary is back.' },
    planned: {
      ...{ by, to: regions.standby },
      ...(promotedBy === undefined ? {} : { after: promotedBy }),
    },
    ...(lock?.settlesAt === undefined ? {} : { settlesAt: lock.settlesAt }),
  };
}

/** What is known of the failover whose old primary this reconciliation is about. */
export async function readFailover(runtime: Runtime, { planned }: Incident): Promise<Watched> {
  const watched =
    planned?.after === undefined ? undefined : await readWatched(runtime, planned.after);
  if (watched === undefined) throw new Error('The failover of a reconciliation is not known.');
  return watched;
}
