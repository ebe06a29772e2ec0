import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type {
  DescribeSecurityGroupRulesCommandOutput,
  IpPermission,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import * as z from 'zod';
import { ask, isFault } from '../../errors.ts';
import type { DriverContext } from '../driver.ts';
import type { SecurityGroup } from './schema.ts';

/** An ingress rule, as far as it is needed to write it again. */
export const IngressRule = z.object({
  IpProtocol: z.string(),
  FromPort: z.int().optional(),
  ToPort: z.int().optional(),
  CidrIpv4: z.string().optional(),
  CidrIpv6: z.string().optional(),
  PrefixListId: z.string().optional(),
  ReferencedGroupInfo: z
    .object({
      GroupId: z.string().optional(),
      UserId: z.string().optional(),
      VpcPeeringConnectionId: z.string().optional(),
    })
    .optional(),
  Description: z.string().optional(),
});
export type IngressRule = z.infer<typeof IngressRule>;

/**
 * The group's ingress rules. The group itself is asked for too: a filter on a group that does not
 * exist finds no rules, which would look like a perfect fence.
 */
export async function readIngress(
  config: SecurityGroup,
  context: DriverContext,
): Promise<readonly SecurityGroupRule[]> {
  const client = clientOf(context);
  const exists = new DescribeSecurityGroupsCommand({ GroupIds: [config.groupId] });
  await ask('DescribeSecurityGroups', () => client.send(exists));
  const rules: SecurityGroupRule[] = [];
  let token: string | undefined;
  do {
    const command: DescribeSecurityGroupRulesCommand = new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: 'group-id', Values: [config.groupId] }],
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const answer: DescribeSecurityGroupRulesCommandOutput = await ask(
      'DescribeSecurityGroupRules',
      () => client.send(command),
    );
    rules.push(...(answer.SecurityGroupRules ?? []).filter(({ IsEgress }) => IsEgress !== true));
    token = answer.NextToken === '' ? undefined : answer.NextToken;
  } while (token !== undefined);
  return rules;
}

/** Takes these rules away, by their ids. */
export async function revokeIngress(
  config: SecurityGroup,
  rules: readonly SecurityGroupRule[],
  context: DriverContext,
): Promise<void> {
  const ids = rules.flatMap(({ SecurityGroupRuleId }) => SecurityGroupRuleId ?? []);
  if (ids.length === 0) return;
  const command = new RevokeSecurityGroupIngressCommand({
    GroupId: config.groupId,
    SecurityGroupRuleIds: ids,
  });
  await ask('RevokeSecurityGroupIngress', () => clientOf(context).send(command));
}

/** Writes one rule; a rule that is there already is fine. */
export async function authorizeIngress(
  config: SecurityGroup,
  rule: IngressRule,
  context: DriverContext,
): Promise<void> {
  const command = new AuthorizeSecurityGroupIngressCommand({
    GroupId: config.groupId,
    IpPermissions: [toPermission(rule)],
  });
  try {
    await ask('AuthorizeSecurityGroupIngress', () => clientOf(context).send(command));
  } catch (error) {
    if (!isFault(error, 'InvalidPermission.Duplicate')) throw error;
  }
}

/** A rule names exactly one of the four kinds of source. */
function toPermission(rule: IngressRule): IpPermission {
  const { IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId } = rule;
  const description = rule.Description === undefined ? {} : { Description: rule.Description };
  const group = rule.ReferencedGroupInfo;
  return {
    IpProtocol,
    ...(FromPort === undefined ? {} : { FromPort }),
    ...(ToPort === undefined ? {} : { ToPort }),
    ...(CidrIpv4 === undefined ? {} : { IpRanges: [{ CidrIp: CidrIpv4, ...description }] }),
    ...(CidrIpv6 === undefined ? {} : { Ipv6Ranges: [{ CidrIpv6, ...description }] }),
    ...(PrefixListId === undefined ? {} : { PrefixListIds: [{ PrefixListId, ...description }] }),
    ...(group === undefined ? {} : { UserIdGroupPairs: [{ ...group, ...description }] }),
  };
}

function clientOf({ plan, runtime }: DriverContext): EC2Client {
  return runtime.client(EC2Client, plan.regions.primary);
}
