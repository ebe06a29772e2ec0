import {
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { fencingDriver } from '../../../aws/drivers/fencing.ts';
import { SecurityGroup } from '../../../aws/drivers/security-group/schema.ts';
import { NetworkError } from '../../../core/network.ts';
import {
  contextWith,
  fakeNetwork,
  refusedConnection,
  serviceError,
  unexpectedCall,
} from '../support.ts';

const ec2 = mockClient(EC2Client);
const s3 = mockClient(S3Client);
const section = { kind: 'securityGroup', id: 'db', groupId: 'sg-0123456789abcdef0' };
const proof = { url: 'https://primary.shop.example.com/write', method: 'POST' };
const driver = fencingDriver(SecurityGroup.parse(section));
const proved = fencingDriver(SecurityGroup.parse({ ...section, proof }));
const context = contextWith();
const answered = (status: number) =>
  contextWith({ network: fakeNetwork({ https: async () => ({ status, body: '' }) }) });
const failing = (code: string) =>
  contextWith({
    network: fakeNetwork({
      https: async () => {
        throw new NetworkError(code, 'failed');
      },
    }),
  });

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

describe('fencing by security group', () => {
  it.each([
    ['the Region does not answer', refusedConnection()],
    ['the Region is failing', serviceError('InternalError', 500)],
    ['the call is denied', serviceError('UnauthorizedOperation', 403)],
    ['there is no such group', serviceError('InvalidGroup.NotFound')],
  ])('is graded none with the reason when %s', async (_name, error) => {
    groupHolds([]);
    ec2.on(DescribeSecurityGroupsCommand).rejects(error);
    const result = await driver.fence(context);
    expect(result.grade).toBe('none');
    expect(result.why).toContain(error.message);
    expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)).toEqual([]);
  });

  it('is graded none when revoking is denied', async () => {
    groupHolds(rules);
    ec2.on(RevokeSecurityGroupIngressCommand).rejects(serviceError('UnauthorizedOperation', 403));
    expect(await proved.fence(answered(500))).toMatchObject({ grade: 'none' });
  });

  it('reads again when the answer is lost, and grades what it finds', async () => {
    groupHolds(rules, []);
    ec2.on(RevokeSecurityGroupIngressCommand).rejects(refusedConnection());
    const result = await proved.fence(answered(500));
    expect(result.grade).toBe('confirmed');
    expect(result.why).toContain('0 ingress rules left');
  });

  it('is attempted when what is left cannot be read', async () => {
    groupHolds(rules);
    ec2
      .on(DescribeSecurityGroupRulesCommand)
      .resolvesOnce({ SecurityGroupRules: rules })
      .rejects(refusedConnection());
    const result = await proved.fence(answered(500));
    expect(result.grade).toBe('attempted');
    expect(result.why).toContain('cannot be read');
  });

  it('is attempted when a rule is left, even if the write failed', async () => {
    groupHolds(rules, rules.slice(3));
    const result = await proved.fence(answered(500));
    expect(result.grade).toBe('attempted');
    expect(result.why).toContain('1 ingress rules left');
  });

  it('is attempted without a proof', async () => {
    groupHolds(rules, []);
    const result = await driver.fence(context);
    expect(result.grade).toBe('attempted');
    expect(result.why).toContain('No proof');
  });

  it.each([
    ['the write succeeded', answered(200), 'attempted'],
    ['the answer is odd', answered(404), 'attempted'],
    ['the write was not answered', failing('READ_TIMEOUT'), 'attempted'],
    ['the endpoint cannot be reached', failing('CONNECT_TIMEOUT'), 'attempted'],
    ['the write failed', answered(500), 'confirmed'],
    ['nothing listens any more', failing('ECONNREFUSED'), 'confirmed'],
  ])('when %s it is %s', async (_name, world, grade) => {
    groupHolds(rules, []);
    expect(await proved.fence(world)).toMatchObject({ grade });
  });

  it('revokes ingress rules by their ids and leaves egress alone', async () => {
    groupHolds(rules, []);
    await driver.fence(context);
    expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)[0]?.args[0].input).toEqual({
      GroupId: section.groupId,
      SecurityGroupRuleIds: ['sgr-1', 'sgr-2', 'sgr-3', 'sgr-4'],
    });
  });

  it('revokes nothing the second time', async () => {
    groupHolds([]);
    await driver.fence(context);
    expect(ec2.commandCalls(RevokeSecurityGroupIngressCommand)).toEqual([]);
  });

  it('reads every page of rules', async () => {
    ec2
      .on(DescribeSecurityGroupRulesCommand)
      .resolvesOnce({ SecurityGroupRules: rules.slice(0, 1), NextToken: 'more' })
      .resolves({ SecurityGroupRules: rules.slice(1, 2) });
    expect(await driver.snapshot(context)).toMatchObject({ rules: [{}, {}] });
    expect(ec2.commandCalls(DescribeSecurityGroupRulesCommand, { NextToken: 'more' })).toHaveLength(
      1,
    );
  });
});
