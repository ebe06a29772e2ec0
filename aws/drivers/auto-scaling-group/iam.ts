import type { DriverIam, IamStatement } from '../driver.ts';
import { inRegion } from '../statements.ts';
import type { AutoScalingGroup } from './schema.ts';

/** What reading target health needs; nothing if no target group is named. */
export function targetHealthStatements(
  targetGroup: string | undefined,
  region: string,
): readonly IamStatement[] {
  if (targetGroup === undefined) return [];
  const because = 'DescribeTargetHealth has no resource-level permissions.';
  return [inRegion(region, ['elasticloadbalancing:DescribeTargetHealth'], because)];
}

/** What reading and resizing the group needs, all of it in the standby Region. */
export const autoScalingGroupIam: DriverIam<AutoScalingGroup> = {
  read: ({ targetGroup }, { regions }) => [
    inRegion(
      regions.standby,
      ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeScalingActivities'],
      'Describing Auto Scaling groups has no resource-level permissions.',
    ),
    ...targetHealthStatements(targetGroup, regions.standby),
  ],
  change: ({ group }, { regions }) => [
    {
      actions: [
        'autoscaling:UpdateAutoScalingGroup',
        'autoscaling:ResumeProcesses',
        'autoscaling:SuspendProcesses',
      ],
      resources: [
        `arn:\${AWS::Partition}:autoscaling:${regions.standby}:\${AWS::AccountId}:` +
          `autoScalingGroup:*:autoScalingGroupName/${group}`,
      ],
    },
  ],
};
