import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { computeDriver } from '../../../aws/drivers/compute.ts';
import { AutoScalingGroup } from '../../../aws/drivers/auto-scaling-group/schema.ts';
import { UnreachableError } from '../../../core/errors.ts';
import { groupAnswer } from './group-answer.ts';
import type { GroupState } from './group-answer.ts';
import { contextWith, now, refusedConnection, unexpectedCall } from '../support.ts';

const scaling = mockClient(AutoScalingClient);
const balancing = mockClient(ElasticLoadBalancingV2Client);
const targetGroup =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef';
const section = { kind: 'autoScalingGroup', id: 'web', group: 'shop-web', instances: 4 };
const driver = computeDriver(AutoScalingGroup.parse(section));
const behindTargets = computeDriver(AutoScalingGroup.parse({ ...section, targetGroup }));
const context = contextWith();

beforeEach(() => {
  scaling.reset();
  scaling.onAnyCommand().rejects(unexpectedCall);
  balancing.reset();
  balancing.onAnyCommand().rejects(unexpectedCall);
});

/** The group is like this, and nothing has failed. */
function groupIs(state: GroupState): void {
  scaling.on(DescribeAutoScalingGroupsCommand).resolves(groupAnswer(state));
  scaling.on(DescribeScalingActivitiesCommand).resolves({ Activities: [] });
}

describe('capacity', () => {
  it('counts only instances in service that are healthy', async () => {
    groupIs({ healthy: 3, unhealthy: 2 });
    expect(await driver.capacity(context)).toMatchObject({ ready: false, healthy: 3, wanted: 4 });
  });

  it('is not ready while targets are not healthy', async () => {
    groupIs({ healthy: 4 });
    const states = ['healthy', 'initial', 'unhealthy', 'draining'] as const;
    balancing.on(DescribeTargetHealthCommand).resolves({
      TargetHealthDescriptions: states.map((State) => ({ TargetHealth: { State } })),
    });
    const capacity = await behindTargets.capacity(context);
    expect(capacity).toMatchObject({ ready: false, healthy: 1 });
    expect(capacity.why).toContain('1 healthy in the target group');
  });

  it('throws when the health of the targets cannot be read', async () => {
    groupIs({ healthy: 4 });
    balancing.on(DescribeTargetHealthCommand).rejects(refusedConnection());
    await expect(behindTargets.capacity(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('names the newest shortage of this warm-up, in the words of AWS', async () => {
    groupIs({ healthy: 1 });
    const activity = (
      StatusCode: 'Failed' | 'Cancelled' | 'Successful',
      minutesAgo: number,
      StatusMessage: string,
    ) => ({
      ActivityId: 'a',
      AutoScalingGroupName: 'shop-web',
      Cause: '',
      StatusCode,
      StatusMessage,
      StartTime: new Date(now.getTime() - minutesAgo * 60_000),
    });
    scaling.on(DescribeScalingActivitiesCommand).resolves({
      Activities: [
        activity('Successful', 1, 'fine'),
        activity('Failed', 5, 'VcpuLimitExceeded'),
        activity('Failed', 3, 'InsufficientInstanceCapacity in a'),
        activity('Cancelled', 120, 'yesterday'),
      ],
    });
    const { why } = await driver.capacity(context);
    expect(why).toContain('1 of 4 instances in service');
    expect(why).toContain('Failed: InsufficientInstanceCapacity in a');
    expect(why).not.toContain('yesterday');
  });

  it('is ready when all are in service, without asking for shortages', async () => {
    groupIs({ healthy: 4 });
    expect(await driver.capacity(context)).toMatchObject({ ready: true, healthy: 4, wanted: 4 });
    expect(scaling.commandCalls(DescribeScalingActivitiesCommand)).toEqual([]);
  });
});
