import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  ResumeProcessesCommand,
  SuspendProcessesCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { computeDriver } from '../../../aws/drivers/compute.ts';
import { AutoScalingGroup } from '../../../aws/drivers/auto-scaling-group/schema.ts';
import { InvalidInputError, NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { groupAnswer } from './group-answer.ts';
import type { GroupState } from './group-answer.ts';
import { contextWith, refusedConnection, unexpectedCall } from '../support.ts';

const scaling = mockClient(AutoScalingClient);
const balancing = mockClient(ElasticLoadBalancingV2Client);
const section = { kind: 'autoScalingGroup', id: 'web', group: 'shop-web', instances: 4 };
const driver = computeDriver(AutoScalingGroup.parse(section));
const context = contextWith();

beforeEach(() => {
  scaling.reset();
  scaling.onAnyCommand().rejects(unexpectedCall);
  balancing.reset();
  balancing.onAnyCommand().rejects(unexpectedCall);
});

/** The group is like this, and every change is accepted. */
function groupIs(state: GroupState): void {
  scaling.on(DescribeAutoScalingGroupsCommand).resolves(groupAnswer(state));
  scaling.on(UpdateAutoScalingGroupCommand).resolves({});
  scaling.on(ResumeProcessesCommand).resolves({});
  scaling.on(SuspendProcessesCommand).resolves({});
}

const updates = () =>
  scaling.commandCalls(UpdateAutoScalingGroupCommand).map(({ args }) => args[0].input);

describe('a group that cannot be read', () => {
  it('is an UnreachableError without an answer', async () => {
    scaling.on(DescribeAutoScalingGroupsCommand).rejects(refusedConnection());
    await expect(driver.raise(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is a NotReadyError when it does not exist', async () => {
    scaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] });
    await expect(driver.snapshot(context)).rejects.toBeInstanceOf(NotReadyError);
    await expect(driver.capacity(context)).rejects.toBeInstanceOf(NotReadyError);
  });
});

describe('raising', () => {
  it('raises minimum, desired and, when it is below, the maximum', async () => {
    groupIs({});
    await driver.raise(context);
    expect(updates()).toEqual([
      { AutoScalingGroupName: 'shop-web', MinSize: 4, DesiredCapacity: 4, MaxSize: 4 },
    ]);
  });

  it('never lowers what is higher already', async () => {
    groupIs({ min: 1, desired: 7, max: 9 });
    await driver.raise(context);
    expect(updates()).toEqual([
      { AutoScalingGroupName: 'shop-web', MinSize: 4, DesiredCapacity: 7 },
    ]);
  });

  it('changes nothing the second time', async () => {
    groupIs({ min: 4, desired: 5, max: 9, suspended: ['AZRebalance'] });
    await driver.raise(context);
    expect(updates()).toEqual([]);
    expect(scaling.commandCalls(ResumeProcessesCommand)).toEqual([]);
  });

  it('resumes what keeps instances from starting or serving, and nothing else', async () => {
    groupIs({ suspended: ['AddToLoadBalancer', 'Launch', 'ScheduledActions'] });
    await driver.raise(context);
    expect(scaling.commandCalls(ResumeProcessesCommand)[0]?.args[0].input).toEqual({
      AutoScalingGroupName: 'shop-web',
      ScalingProcesses: ['Launch', 'AddToLoadBalancer'],
    });
  });
});

describe('restoring', () => {
  const before = { min: 0, desired: 1, max: 2, suspended: ['Launch', 'AZRebalance'] };

  it('refuses a snapshot that is not its own', async () => {
    groupIs({});
    await expect(driver.restore({ min: 0 }, context)).rejects.toBeInstanceOf(InvalidInputError);
    expect(updates()).toEqual([]);
  });

  it('puts sizes back and suspends again what was resumed', async () => {
    groupIs({ min: 4, desired: 4, max: 4, suspended: ['AZRebalance'] });
    await driver.restore(before, context);
    expect(updates()).toEqual([
      { AutoScalingGroupName: 'shop-web', MinSize: 0, DesiredCapacity: 1, MaxSize: 2 },
    ]);
    expect(scaling.commandCalls(SuspendProcessesCommand)[0]?.args[0].input).toEqual({
      AutoScalingGroupName: 'shop-web',
      ScalingProcesses: ['Launch', 'AZRebalance'],
    });
  });

  it('suspends nothing where nothing was suspended', async () => {
    groupIs({});
    await driver.restore({ ...before, suspended: [] }, context);
    expect(scaling.commandCalls(SuspendProcessesCommand)).toEqual([]);
  });

  it('writes what it keeps even if the group looks as it was: the look may be stale', async () => {
    groupIs(before);
    expect(await driver.snapshot(context)).toEqual(before);
    await driver.restore(before, context);
    expect(updates()).toEqual([
      { AutoScalingGroupName: 'shop-web', MinSize: 0, DesiredCapacity: 1, MaxSize: 2 },
    ]);
  });
});
