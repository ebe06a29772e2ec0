import type { DriverIam } from '../driver.ts';
import { inRegion } from '../statements.ts';
import type { SecurityGroup } from './schema.ts';

/** The only permissions that a stack holds in the primary Region, besides reading. */
export const securityGroupIam: DriverIam<SecurityGroup> = {
  read: (_config, { regions }) => [
    inRegion(
      regions.primary,
      ['ec2:DescribeSecurityGroups', 'ec2:DescribeSecurityGroupRules'],
      'Describing security groups has no resource-level permissions.',
    ),
  ],
  change: ({ groupId }, { regions }) => {
    const prefix = `arn:\${AWS::Partition}:ec2:${regions.primary}:\${AWS::AccountId}`;
    return [
      {
        actions: ['ec2:RevokeSecurityGroupIngress', 'ec2:AuthorizeSecurityGroupIngress'],
        resources: [`${prefix}:security-group/${groupId}`],
      },
      {
        actions: ['ec2:RevokeSecurityGroupIngress'],
        resources: [`${prefix}:security-group-rule/*`],
        because: 'Rules are revoked by id, and the ids are given by EC2 when a rule is written.',
      },
    ];
  },
};
