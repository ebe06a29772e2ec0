import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { now, refusedConnection, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, keptAs, nobodyKnows } from './drift-support.ts';

const compute = [{ kind: 'ecsService', id: 'api', cluster: 'shop', service: 'api', tasks: 3 }];
const ecs = mockClient(ECSClient);
const scaling = mockClient(ApplicationAutoScalingClient);
const compare = async (before = keptAs()) => await compareOne('ECS service', { compute }, before);

function serviceIs(desiredCount: number, limits?: [number, number]): void {
  ecs.on(DescribeServicesCommand).resolves({
    services: [{ status: 'ACTIVE', desiredCount, runningCount: desiredCount }],
  });
  const target = {
    ServiceNamespace: 'ecs',
    ScalableDimension: 'ecs:service:DesiredCount',
    ResourceId: 'service/shop/api',
    RoleARN: 'arn',
    CreationTime: now,
  } as const;
  scaling.on(DescribeScalableTargetsCommand).resolves({
    ScalableTargets:
      limits === undefined ? [] : [{ ...target, MinCapacity: limits[0], MaxCapacity: limits[1] }],
  });
}

beforeEach(() => {
  ecs.reset();
  ecs.onAnyCommand().rejects(unexpectedCall);
  scaling.reset();
  scaling.onAnyCommand().rejects(unexpectedCall);
});

describe('a service that cannot be compared', () => {
  it('is a NotReadyError when it is missing', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [], failures: [{ reason: 'MISSING' }] });
    await expect(compare()).rejects.toBeInstanceOf(NotReadyError);
    await expect(compare()).rejects.toThrow('MISSING');
  });

  it('is an UnreachableError when its scalable target cannot be read', async () => {
    serviceIs(3);
    scaling.on(DescribeScalableTargetsCommand).rejects(refusedConnection());
    await expect(compare()).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is a NotReadyError when nobody knows its count from before', async () => {
    serviceIs(3);
    await expect(compare(nobodyKnows)).rejects.toBeInstanceOf(NotReadyError);
  });
});

describe('a service that was raised', () => {
  it('names count and limits, with what the code should say', async () => {
    serviceIs(4, [3, 6]);
    const found = await compare(keptAs({ desired: 1, limits: { min: 0, max: 6 } }));
    expect(found.differences).toMatchObject([
      {
        danger: 'capacity-taken',
        found: 'desired count 4, scalable target from 3 to 6',
        before: 'desired count 1, scalable target from 0 to 6',
      },
    ]);
    const changes = changesOf(found);
    expect(changes).toContain('aws_ecs_service shop/api: desired_count = 4');
    expect(changes).toContain('resource_id service/shop/api: min_capacity = 3, max_capacity = 6');
    expect(changes).toContain('MinCapacity 3, MaxCapacity 6');
    expect(changes).toContain('minCapacity 3, maxCapacity 6');
  });

  it('is told by the count alone without a scalable target, and names none', async () => {
    serviceIs(3);
    const found = await compare(keptAs({ desired: 1, limits: null }));
    expect(found.differences).toHaveLength(1);
    expect(changesOf(found)).not.toMatch(/appautoscaling|ScalableTarget|autoScaleTaskCount/);
  });

  it.each<[string, [number, number] | undefined, { min: number; max: number } | null]>([
    ['is gone', undefined, { min: 0, max: 6 }],
    ['is new', [0, 6], null],
    ['has another minimum', [1, 6], { min: 0, max: 6 }],
    ['has another maximum', [0, 7], { min: 0, max: 6 }],
  ])('names a scalable target that %s', async (_case, limits, before) => {
    serviceIs(1, limits);
    const { differences } = await compare(keptAs({ desired: 1, limits: before }));
    expect(differences).toHaveLength(1);
  });
});

describe('a service without drift', () => {
  it('differs in the count at the most, within its limits', async () => {
    serviceIs(5, [0, 6]);
    const { differences } = await compare(keptAs({ desired: 1, limits: { min: 0, max: 6 } }));
    expect(differences).toEqual([]);
  });

  it('was not raised by the incident', async () => {
    serviceIs(3);
    expect((await compare()).why).toContain('no incident raised it');
  });
});
