import {
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type { SecurityGroupRule } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { InvalidInputError, NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { refusedConnection, serviceError, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, keptAs, nobodyKnows } from './drift-support.ts';

const groupId = 'sg-0123456789abcdef0';
const fencing = [{ kind: 'securityGroup', id: 'db', groupId }];
const ec2 = mockClient(EC2Client);
const compare = async (before = keptAs()) => await compareOne(groupId, { fencing }, before);

const tcp = { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432 };
const apps = { ...tcp, CidrIpv4: '10.0.0.0/16', Description: 'apps' };
const jobs = { ...tcp, ReferencedGroupInfo: { GroupId: 'sg-0000000a' } };
const everything = { IpProtocol: '-1', FromPort: -1, ToPort: -1, CidrIpv6: '2001:db8::/32' };

function groupHolds(...rules: SecurityGroupRule[]): void {
  ec2.on(DescribeSecurityGroupRulesCommand).resolves({ SecurityGroupRules: rules });
}

beforeEach(() => {
  ec2.reset();
  ec2.onAnyCommand().rejects(unexpectedCall);
  ec2.on(DescribeSecurityGroupsCommand).resolves({});
});

describe('a group that cannot be compared', () => {
  it('is no group without drift when it does not exist', async () => {
    ec2.on(DescribeSecurityGroupsCommand).rejects(serviceError('InvalidGroup.NotFound'));
    await expect(compare()).rejects.toThrow('InvalidGroup.NotFound');
  });

  it('is an UnreachableError while its Region does not answer', async () => {
    ec2.on(DescribeSecurityGroupsCommand).rejects(refusedConnection());
    await expect(compare()).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is a NotReadyError when it has rules, and nobody knows which it had', async () => {
    groupHolds(apps);
    await expect(compare(nobodyKnows)).rejects.toBeInstanceOf(NotReadyError);
    await expect(compare(nobodyKnows)).rejects.toThrow('An incident before it promoted.');
  });

  it('is refused when what was kept is not of this driver', async () => {
    groupHolds(apps);
    await expect(compare(keptAs({ rules: 1 }))).rejects.toBeInstanceOf(InvalidInputError);
  });
});

describe('a group whose fence took rules away', () => {
  it('names each rule from before, what is there now, and what lets the fence stand', async () => {
    groupHolds();
    const found = await compare(keptAs({ rules: [apps, jobs, everything] }));
    expect(found.differences).toMatchObject([
      {
        danger: 'second-writer',
        found: 'no ingress rule',
        before:
          'tcp 5432 from 10.0.0.0/16 (apps); tcp 5432 from sg-0000000a; ' +
          'everything from 2001:db8::/32',
        apply: expect.stringContaining('the old primary takes writes'),
      },
    ]);
    const changes = changesOf(found);
    expect(changes).toContain(`aws_security_group with the id ${groupId}: write ingress = [].`);
    expect(changes).toContain('aws_vpc_security_group_ingress_rule');
    expect(changes).toContain(`AWS::EC2::SecurityGroupIngress with GroupId ${groupId}`);
    expect(changes).toContain('addIngressRule()');
  });

  it('is named as long as one rule is missing, whatever was added', async () => {
    groupHolds(apps, everything);
    const { differences } = await compare(keptAs({ rules: [apps, jobs] }));
    expect(differences).toMatchObject([
      { found: 'tcp 5432 from 10.0.0.0/16 (apps); everything from 2001:db8::/32' },
    ]);
  });

  it.each([
    ['no incident is known', keptAs()],
    ['nobody knows which', nobodyKnows],
  ])('is named without any rule also if %s', async (_case, before) => {
    groupHolds();
    expect((await compare(before)).differences).toMatchObject([
      { danger: 'second-writer', before: 'not known: no incident kept it' },
    ]);
  });
});

describe('a group without drift', () => {
  it('has every rule from before, other descriptions and added rules notwithstanding', async () => {
    groupHolds({ ...apps, Description: 'other words' }, jobs, everything);
    const { differences, why } = await compare(keptAs({ rules: [apps, jobs] }));
    expect(differences).toEqual([]);
    expect(why).toContain('it fences nothing');
  });

  it('has rules that no incident took away; egress does not count', async () => {
    groupHolds(apps, { IsEgress: true, IpProtocol: '-1' });
    expect(await compare()).toMatchObject({
      differences: [],
      why: '1 ingress rule; no fence of an incident took any away.',
    });
  });
});
