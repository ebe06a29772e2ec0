import type { Compute, Fencing } from '../../aws/plan.ts';
import type { LabClock } from '../clock.ts';
import type { FleetPhysics } from './fleet.ts';
import { Fleet, fleetKeys } from './fleet.ts';
import type { Place } from './place.ts';

/** The ingress rules of security groups, by group. */
export function createIngress(fences: readonly Fencing[]): Map<string, object[]> {
  return new Map(
    fences.flatMap((fence) =>
      fence.kind === 'securityGroup' ? [[fence.groupId, [databaseRule(fence.groupId)]]] : [],
    ),
  );
}

/** What fleets are made with. */
export interface Making {
  readonly clock: LabClock;
  readonly physics: FleetPhysics;
}

/** The fleets of one place, by their keys. */
export function createFleets(
  compute: readonly Compute[],
  place: Place,
  runningOf: (wanted: number) => number,
  { clock, physics }: Making,
): Map<string, Fleet> {
  return new Map(
    compute.map((each) => {
      const isGroup = each.kind === 'autoScalingGroup';
      const id = isGroup
        ? fleetKeys.group(each.group)
        : fleetKeys.service(each.cluster, each.service);
      const wanted = isGroup ? each.instances : each.tasks;
      const { targetGroup } = each;
      const size = { running: runningOf(wanted), max: wanted };
      return [id, new Fleet({ id, place, targetGroup, ...size }, clock, physics)];
    }),
  );
}

/** The rule that lets the applications at the database, as EC2 describes it. */
function databaseRule(groupId: string): object {
  return {
    SecurityGroupRuleId: 'sgr-0123456789abcdef0',
    GroupId: groupId,
    IsEgress: false,
    IpProtocol: 'tcp',
    FromPort: 5432,
    ToPort: 5432,
    CidrIpv4: '10.0.0.0/16',
    Description: 'applications',
  };
}
