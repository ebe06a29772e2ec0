import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { computeDriver } from '../../../aws/drivers/compute.ts';
import { EcsService } from '../../../aws/drivers/ecs-service/schema.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { contextWith, now, refusedConnection, unexpectedCall } from '../support.ts';

const ecs = mockClient(ECSClient);
const scaling = mockClient(ApplicationAutoScalingClient);
const section = { kind: 'ecsService', id: 'api', cluster: 'shop', service: 'api', tasks: 3 };
const driver = computeDriver(EcsService.parse(section));
const context = contextWith();

beforeEach(() => {
  ecs.reset();
  ecs.onAnyCommand().rejects(unexpectedCall);
  scaling.reset();
  scaling.onAnyCommand().rejects(unexpectedCall);
});

/** What ECS and Application Auto Scaling tell; every change is accepted. */
function serviceIs(
  desiredCount: number,
  {
    running = desiredCount,
    status = 'ACTIVE',
    limits,
  }: { running?: number; status?: string; limits?: [number, number] } = {},
) {
  const message = '(service api) was unable to place a task: RESOURCE:CPU';
  ecs.on(DescribeServicesCommand).resolves({
    services: [
      { status, desiredCount, runningCount: running, events: [{ createdAt: now, message }] },
    ],
  });
  ecs.on(UpdateServiceCommand).resolves({});
  const [MinCapacity, MaxCapacity] = limits ?? [0, 0];
  scaling.on(DescribeScalableTargetsCommand).resolves({
    ScalableTargets:
      limits === undefined
        ? []
        : [
            {
              ServiceNamespace: 'ecs',
              ScalableDimension: 'ecs:service:DesiredCount',
              ResourceId: 'service/shop/api',
              RoleARN: 'arn',
              CreationTime: now,
              MinCapacity,
              MaxCapacity,
            },
          ],
  });
  scaling.on(RegisterScalableTargetCommand).resolves({});
}

const registered = () =>
  scaling.commandCalls(RegisterScalableTargetCommand).map(({ args }) => args[0].input);
const updated = () =>
  ecs.commandCalls(UpdateServiceCommand).map(({ args }) => args[0].input.desiredCount);
const target = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: 'service/shop/api',
};

describe('a service that cannot be read', () => {
  it('is an UnreachableError without an answer', async () => {
    ecs.on(DescribeServicesCommand).rejects(refusedConnection());
    await expect(driver.capacity(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is a NotReadyError with the reason that ECS gives in failures', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [], failures: [{ reason: 'MISSING' }] });
    const failed = driver.raise(context);
    await expect(failed).rejects.toBeInstanceOf(NotReadyError);
    await expect(failed).rejects.toThrow('MISSING');
  });

  it('is not raised when its scalable target cannot be read', async () => {
    serviceIs(0);
    scaling.on(DescribeScalableTargetsCommand).rejects(refusedConnection());
    await expect(driver.raise(context)).rejects.toBeInstanceOf(UnreachableError);
    expect(updated()).toEqual([]);
  });
});

describe('raising', () => {
  it('raises the count alone when there is no scalable target', async () => {
    serviceIs(1);
    await driver.raise(context);
    expect(updated()).toEqual([3]);
    expect(registered()).toEqual([]);
  });

  it('raises the minimum with it, and the maximum when it is below', async () => {
    serviceIs(0, { limits: [0, 2] });
    await driver.raise(context);
    expect(registered()).toEqual([{ ...target, MinCapacity: 3, MaxCapacity: 3 }]);
    expect(updated()).toEqual([3]);
  });

  it('leaves a maximum alone that is high enough, and never lowers', async () => {
    serviceIs(5, { limits: [1, 9] });
    await driver.raise(context);
    expect(registered()).toEqual([{ ...target, MinCapacity: 3 }]);
    expect(updated()).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    serviceIs(3, { limits: [3, 9] });
    await driver.raise(context);
    expect([...registered(), ...updated()]).toEqual([]);
  });
});

describe('capacity', () => {
  it('is not ready while the service drains', async () => {
    serviceIs(3, { status: 'DRAINING' });
    expect(await driver.capacity(context)).toMatchObject({ ready: false });
  });

  it('is not ready while tasks are missing, and says what ECS says', async () => {
    serviceIs(3, { running: 1 });
    const capacity = await driver.capacity(context);
    expect(capacity).toMatchObject({ ready: false, healthy: 1, wanted: 3 });
    expect(capacity.why).toContain('RESOURCE:CPU');
  });

  it('is ready when enough tasks run', async () => {
    serviceIs(3);
    expect(await driver.capacity(context)).toMatchObject({ ready: true, healthy: 3 });
  });
});

describe('restoring', () => {
  it('puts limits and count back, also if they look as they were: the look may be stale', async () => {
    serviceIs(3, { limits: [3, 3] });
    await driver.restore({ desired: 1, limits: { min: 0, max: 2 } }, context);
    expect(registered()).toEqual([{ ...target, MinCapacity: 0, MaxCapacity: 2 }]);
    expect(updated()).toEqual([1]);
    serviceIs(1, { limits: [0, 2] });
    expect(await driver.snapshot(context)).toEqual({ desired: 1, limits: { min: 0, max: 2 } });
    await driver.restore({ desired: 1, limits: { min: 0, max: 2 } }, context);
    expect(registered()).toHaveLength(2);
    expect(updated()).toEqual([1, 1]);
  });

  it('does not register a target that somebody took away', async () => {
    serviceIs(3);
    await driver.restore({ desired: 0, limits: { min: 0, max: 2 } }, context);
    expect(registered()).toEqual([]);
    expect(updated()).toEqual([0]);
  });

  it('does not register a target that the service never had', async () => {
    serviceIs(3);
    await driver.restore({ desired: 0, limits: null }, context);
    expect(registered()).toEqual([]);
    expect(updated()).toEqual([0]);
  });
});
