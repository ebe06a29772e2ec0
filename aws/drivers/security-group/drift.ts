import type { CodeChange, Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import { countOf } from '../../../core/text.ts';
import type { DriftDriver } from '../driver.ts';
import { parseBefore, parseSnapshot } from '../snapshot.ts';
import { securityGroup, Snapshot } from './driver.ts';
import type { IngressRule } from './ingress.ts';
import type { SecurityGroup } from './schema.ts';

/**
 * The most dangerous drift: the rules that a fence took away are still in the code. A group without
 * any rule lets nobody at the database, so that it is named whether or not an incident is known.
 */
export const securityGroupDrift: DriftDriver<SecurityGroup> = (config, context) => [
  {
    what: `security group ${config.groupId} in ${context.plan.regions.primary} (${config.id})`,
    compare: async () => {
      const now = parseSnapshot(Snapshot, await securityGroup.snapshot(config, context)).rules;
      const kept = await context.before();
      if (now.length === 0 && !kept.known) return revoked(config, now, undefined);
      return compareRules(config, now, parseBefore(Snapshot, kept)?.rules);
    },
  },
];

function compareRules(
  config: SecurityGroup,
  now: readonly IngressRule[],
  before: readonly IngressRule[] | undefined,
): Comparison {
  if (before === undefined)
    return now.length === 0
      ? revoked(config, now, undefined)
      : same(`${countOf(now.length, 'ingress rule')}; no fence of an incident took any away.`);
  const left = new Set(now.map(keyOf));
  if (before.some((rule) => !left.has(keyOf(rule)))) return revoked(config, now, before);
  return same(
    `It has each ingress rule from before the failover (${listOf(before)}): it fences nothing.`,
  );
}

function revoked(
  config: SecurityGroup,
  now: readonly IngressRule[],
  before: readonly IngressRule[] | undefined,
): Comparison {
  return {
    why: '',
    differences: [
      {
        danger: 'second-writer',
        found: listOf(now),
        before: before === undefined ? 'not known: no incident kept it' : listOf(before),
        apply: 'The fence opens, and the old primary takes writes beside the new one.',
        change: changeOf(config),
      },
    ],
  };
}

/**
 * Terraform reads the group before it plans, and puts back what the code names (Terraform CLI,
 * `terraform plan`). To leave `ingress` out manages no rules, `[]` says that there are none (AWS
 * provider, `aws_security_group`, Removing All Ingress and Egress Rules). CDK writes rules into the
 * group or as resources of their own (aws-cdk-lib, `aws_ec2.SecurityGroup`).
 */
function changeOf({ groupId }: SecurityGroup): CodeChange {
  return {
    terraform: [
      `aws_security_group with the id ${groupId}: write ingress = [].`,
      'aws_vpc_security_group_ingress_rule and aws_security_group_rule (type ingress) with ' +
        `security_group_id ${groupId}: take them out.`,
    ],
    cloudFormation: [
      `AWS::EC2::SecurityGroup ${groupId}: take every entry out of SecurityGroupIngress.`,
      `AWS::EC2::SecurityGroupIngress with GroupId ${groupId}: take them out.`,
    ],
    cdk: [
      `ec2.SecurityGroup ${groupId}: take out what adds ingress to it, addIngressRule() and ` +
        'connections.allowFrom() or allowDefaultPortFrom() of what uses it.',
    ],
  };
}

/** What EC2 tells rules apart by: a description makes no other rule. */
function keyOf(rule: IngressRule): string {
  const { IpProtocol, FromPort, ToPort } = rule;
  return JSON.stringify([IpProtocol, FromPort, ToPort, sourceOf(rule)]);
}

function listOf(rules: readonly IngressRule[]): string {
  return rules.length === 0 ? 'no ingress rule' : rules.map(wordsOf).join('; ');
}

function wordsOf(rule: IngressRule): string {
  const { IpProtocol, FromPort, ToPort, Description } = rule;
  const protocol = IpProtocol === '-1' ? 'everything' : IpProtocol;
  const ports = FromPort === ToPort ? [FromPort] : [`${FromPort ?? ''}-${ToPort ?? ''}`];
  const hasPorts = IpProtocol !== '-1' && FromPort !== undefined;
  const about = Description === undefined ? [] : [`(${Description})`];
  return [protocol, ...(hasPorts ? ports : []), 'from', sourceOf(rule), ...about].join(' ');
}

function sourceOf({ CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo }: IngressRule): string {
  const group = ReferencedGroupInfo?.GroupId;
  return [CidrIpv4, CidrIpv6, PrefixListId, group].find((each) => each !== undefined) ?? 'unknown';
}
