import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { fencingDriver } from '../../../aws/drivers/fencing.ts';
import { Edge } from '../../../aws/drivers/edge/schema.ts';
import { SecurityGroup } from '../../../aws/drivers/security-group/schema.ts';
import { InvalidInputError, UnreachableError } from '../../../core/errors.ts';
import { contextWith, refusedConnection, serviceError, unexpectedCall } from '../support.ts';

const ec2 = mockClient(EC2Client);
const s3 = mockClient(S3Client);
const section = { kind: 'securityGroup', id: 'db', groupId: 'sg-0123456789abcdef0' };
const driver = fencingDriver(SecurityGroup.parse(section));
const context = contextWith();

const tcp = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
const ids = (id: string) => ({
  SecurityGroupRuleId: id,
  GroupId: section.groupId,
  IsEgress: false,
  Tags: [],
});
const rules: SecurityGroupRule[] = [
  { ...ids('sgr-1'), ...tcp, CidrIpv4: '10.0.0.0/16', Description: 'apps' },
  { ...ids('sgr-2'), ...tcp, CidrIpv6: '2001:db8::/32' },
  { ...ids('sgr-3'), ...tcp, PrefixListId: 'pl-1' },
  { ...ids('sgr-4'), ...tcp, ReferencedGroupInfo: { GroupId: 'sg-app', UserId: '111122223333' } },
];
const egress: SecurityGroupRule = { ...ids('sgr-9'), IsEgress: true, IpProtocol: '-1' };

beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().rejects(unexpectedCall);
  ec2.on(DescribeSecurityGroupsCommand).resolves({});
  s3.reset();
  s3.onAnyCommand().rejects(unexpectedCall);
});

/** The group holds these rules at the first read and those at every later one. */
function groupHolds(first: SecurityGroupRule[], later = first): void {
  ec2
    .on(DescribeSecurityGroupRulesCommand)
    .resolvesOnce({ SecurityGroupRules: [...first, egress] })
    .resolves({ SecurityGroupRules: [...later, egress] });
  ec2.on(RevokeSecurityGroupIngressCommand).resolves({ Return: true });
  ec2.on(AuthorizeSecurityGroupIngressCommand).resolves({ Return: true });
}

describe('unfencing by security group', () => {
  it('throws when the snapshot cannot be taken', async () => {
    ec2.on(DescribeSecurityGroupsCommand).rejects(refusedConnection());
    await expect(driver.snapshot(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('writes every kind of rule as it was', async () => {
    groupHolds(rules, []);
    const before = await driver.snapshot(context);
    await driver.unfence(before, context);
    const written = ec2
      .commandCalls(AuthorizeSecurityGroupIngressCommand)
      .map(({ args }) => args[0].input.IpPermissions?.[0]);
    expect(written).toEqual([
      { ...tcp, IpRanges: [{ CidrIp: '10.0.0.0/16', Description: 'apps' }] },
      { ...tcp, Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] },
      { ...tcp, PrefixListIds: [{ PrefixListId: 'pl-1' }] },
      { ...tcp, UserIdGroupPairs: [{ GroupId: 'sg-app', UserId: '111122223333' }] },
    ]);
  });

  it('writes every rule without a look, and takes a duplicate for done', async () => {
    groupHolds(rules);
    const before = await driver.snapshot(context);
    ec2
      .on(AuthorizeSecurityGroupIngressCommand)
      .rejects(serviceError('InvalidPermission.Duplicate'));
    await driver.unfence(before, context);
    expect(ec2.commandCalls(AuthorizeSecurityGroupIngressCommand)).toHaveLength(rules.length);
  });

  it('throws when a rule cannot be written', async () => {
    groupHolds(rules, []);
    const before = await driver.snapshot(context);
    const full = serviceError('RulesPerSecurityGroupLimitExceeded');
    ec2.on(AuthorizeSecurityGroupIngressCommand).rejects(full);
    await expect(driver.unfence(before, context)).rejects.toBe(full);
  });
});

describe('fencing at the edge', () => {
  const edge = fencingDriver(Edge.parse({ kind: 'edge', id: 'edge', traffic: 'marker' }));

  it('refuses a traffic driver that is not in the plan', async () => {
    const lost = fencingDriver(Edge.parse({ kind: 'edge', id: 'edge', traffic: 'nowhere' }));
    await expect(lost.fence(context)).rejects.toBeInstanceOf(InvalidInputError);
  });

  it('is graded none with the reason when the traffic cannot be moved', async () => {
    s3.on(PutObjectCommand).rejects(refusedConnection());
    const result = await edge.fence(context);
    expect(result.grade).toBe('none');
    expect(result.why).toContain('ECONNREFUSED');
  });

  it('is never better than attempted, and is undone by the same driver', async () => {
    s3.on(PutObjectCommand).resolves({});
    s3.on(DeleteObjectCommand).resolves({});
    expect(await edge.fence(context)).toMatchObject({ grade: 'attempted' });
    await edge.unfence({ markerPresent: false, answers: null }, context);
    expect(s3.commandCalls(DeleteObjectCommand)).toHaveLength(1);
  });
});
