import type { Compute, Fencing, Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';
import { computeSnapshot, fenceSnapshot, trafficSnapshot } from '../snapshot-names.ts';
import { autoScalingGroupDrift } from './auto-scaling-group/drift.ts';
import type { Before, DriftContext, DriftSubject } from './driver.ts';
import { ecsServiceDrift } from './ecs-service/drift.ts';
import { edgeDrift } from './edge/drift.ts';
import { rdsReadReplicaDrift } from './rds-read-replica/drift.ts';
import { securityGroupDrift } from './security-group/drift.ts';
import { trafficDrift } from './traffic-drift.ts';

/**
 * Everything of a plan that a failover changes, in the order of the plan. A traffic driver that a
 * fence moves is one thing, and is named as the fence. `beforeOf` gives the snapshot of a name.
 */
export function driftSubjects(
  plan: Plan,
  runtime: Runtime,
  beforeOf: (thing: string) => Promise<Before>,
): readonly DriftSubject[] {
  const context = (thing: string): DriftContext => ({
    ...{ plan, runtime },
    before: async () => await beforeOf(thing),
  });
  const moved = new Set(plan.fencing.flatMap((each) => (each.kind === 'edge' ? each.traffic : [])));
  return [
    ...plan.fencing.flatMap((each) => fenceDrift(each, context(fenceSnapshot(each)))),
    ...plan.databases.flatMap((each) => rdsReadReplicaDrift(each, context(`promote#${each.id}`))),
    ...plan.compute.flatMap((each) => computeDrift(each, context(computeSnapshot(each)))),
    ...plan.traffic
      .filter(({ id }) => !moved.has(id))
      .flatMap((each) => trafficDrift(each, context(trafficSnapshot(each)))),
  ];
}

function fenceDrift(config: Fencing, context: DriftContext): readonly DriftSubject[] {
  switch (config.kind) {
    case 'securityGroup':
      return securityGroupDrift(config, context);
    case 'edge':
      return edgeDrift(config, context);
  }
}

function computeDrift(config: Compute, context: DriftContext): readonly DriftSubject[] {
  switch (config.kind) {
    case 'autoScalingGroup':
      return autoScalingGroupDrift(config, context);
    case 'ecsService':
      return ecsServiceDrift(config, context);
  }
}
