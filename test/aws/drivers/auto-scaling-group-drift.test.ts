import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { refusedConnection, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, keptAs, nobodyKnows } from './drift-support.ts';
import type { GroupState } from './group-answer.ts';
import { groupAnswer } from './group-answer.ts';

const compute = [{ kind: 'autoScalingGroup', id: 'web', group: 'shop-web', instances: 4 }];
const scaling = mockClient(AutoScalingClient);
const compare = async (before = keptAs()) => await compareOne('shop-web', { compute }, before);
const kept = keptAs({ min: 1, desired: 1, max: 4, suspended: ['Launch'] });

function groupIs(state: GroupState): void {
  scaling.on(DescribeAutoScalingGroupsCommand).resolves(groupAnswer(state));
}

beforeEach(() => {
  scaling.reset();
  scaling.onAnyCommand().rejects(unexpectedCall);
});

describe('a group that cannot be compared', () => {
  it('is a NotReadyError when it is missing', async () => {
    scaling.on(DescribeAutoScalingGroupsCommand).resolves({ AutoScalingGroups: [] });
    await expect(compare(kept)).rejects.toBeInstanceOf(NotReadyError);
    await expect(compare(kept)).rejects.toThrow('There is no Auto Scaling group shop-web');
  });

  it('is an UnreachableError without an answer', async () => {
    scaling.on(DescribeAutoScalingGroupsCommand).rejects(refusedConnection());
    await expect(compare(kept)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is a NotReadyError when nobody knows its sizes from before', async () => {
    groupIs({ min: 4, desired: 4, max: 4 });
    await expect(compare(nobodyKnows)).rejects.toBeInstanceOf(NotReadyError);
  });
});

describe('a group that was raised', () => {
  it('names the sizes and the processes that run again, with what the code should say', async () => {
    groupIs({ min: 4, desired: 5, max: 6 });
    const found = await compare(kept);
    expect(found.differences).toMatchObject([
      {
        danger: 'capacity-taken',
        found: 'minimum 4, desired 5, maximum 6',
        before: 'minimum 1, desired 1, maximum 4, suspended: Launch',
        apply: 'Instances go away while 4 are needed to carry the load.',
      },
    ]);
    const changes = changesOf(found);
    expect(changes).toContain('min_size = 4, max_size = 6; desired_capacity = 5');
    expect(changes).toContain('suspended_processes = [].');
    expect(changes).toContain('MinSize 4, MaxSize 6; DesiredCapacity 5');
    expect(changes).toContain('minCapacity 4, maxCapacity 6; desiredCapacity 5');
  });

  it.each<[string, GroupState]>([
    ['the minimum', { min: 2, desired: 2, max: 4, suspended: ['Launch'] }],
    ['the maximum', { min: 1, desired: 1, max: 5, suspended: ['Launch'] }],
    ['what is suspended', { min: 1, desired: 1, max: 4 }],
  ])('is named for %s alone', async (_case, state) => {
    groupIs(state);
    expect((await compare(kept)).differences).toHaveLength(1);
  });

  it('does not speak of suspensions that are as before', async () => {
    groupIs({ min: 4, desired: 4, max: 4, suspended: ['Launch'] });
    expect(changesOf(await compare(kept))).not.toContain('suspended_processes');
  });
});

describe('a group without drift', () => {
  it('differs in the desired capacity at the most: that is for its policies', async () => {
    groupIs({ min: 1, desired: 3, max: 4, suspended: ['Launch'] });
    expect(await compare(kept)).toMatchObject({ differences: [] });
  });

  it('was not raised by the incident', async () => {
    groupIs({ min: 4, desired: 4, max: 4 });
    const { differences, why } = await compare();
    expect(differences).toEqual([]);
    expect(why).toBe('minimum 4, desired 4, maximum 4; no incident raised it.');
  });
});
