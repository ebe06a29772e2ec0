import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { DescribeImagesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { computeDriver } from '../../../aws/drivers/compute.ts';
import { databaseDriver } from '../../../aws/drivers/databases.ts';
import { Compute } from '../../../aws/plan.ts';
import type { Network } from '../../../core/network.ts';
import { contextWith, examplePlan, fakeNetwork } from '../support.ts';
import { describeOnWire, startMoto } from './moto.ts';
import type { Moto } from './moto.ts';

const plan = examplePlan();
const { primary, standby } = plan.regions;
let moto: Moto;

function context(network: Network = fakeNetwork()) {
  return contextWith({ plan, client: moto.client, network });
}

describeOnWire('database and compute drivers against moto', () => {
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(async () => {
    await moto.stop();
  });

  it('rdsReadReplica reads a replica in another Region and asks for its promotion', async () => {
    const source = await moto.client(RDSClient, primary).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'shop-db',
        DBInstanceClass: 'db.t4g.micro',
        Engine: 'postgres',
        AllocatedStorage: 20,
        MasterUsername: 'root',
        MasterUserPassword: 'password1',
      }),
    );
    const rds = moto.client(RDSClient, standby);
    const arn = source.DBInstance?.DBInstanceArn ?? '';
    const DBInstanceIdentifier = 'shop-db-replica';
    const [section] = plan.databases;
    if (section === undefined) throw new Error('no database');
    const driver = databaseDriver(section);
    expect(await driver.read(context())).toMatchObject({ role: 'unusable', status: 'not found' });
    await rds.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier,
        SourceDBInstanceIdentifier: arn,
      }),
    );
    expect(await driver.read(context())).toEqual({
      role: 'replica',
      status: 'available',
      ineligibleBecause: undefined,
    });
    // Moto promotes at once and keeps the source's name for ever: no writer can be seen here.
    await driver.promote(context());
    const { DBInstances } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier }),
    );
    expect(DBInstances?.[0]?.StatusInfos ?? []).toEqual([]);
  });

  it('autoScalingGroup raises, counts and restores', async () => {
    const scaling = moto.client(AutoScalingClient, standby);
    const images = await moto
      .client(EC2Client, standby)
      .send(new DescribeImagesCommand({ Owners: ['amazon'], MaxResults: 5 }));
    await scaling.send(
      new CreateLaunchConfigurationCommand({
        LaunchConfigurationName: 'lc',
        InstanceType: 't4g.micro',
        ImageId: images.Images?.[0]?.ImageId,
      }),
    );
    await scaling.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName: 'shop-web',
        LaunchConfigurationName: 'lc',
        MinSize: 0,
        DesiredCapacity: 0,
        MaxSize: 1,
        AvailabilityZones: [`${standby}a`],
      }),
    );
    const driver = computeDriver(
      Compute.parse({ kind: 'autoScalingGroup', id: 'web', group: 'shop-web', instances: 2 }),
    );
    const before = await driver.snapshot(context());
    expect(before).toEqual({ min: 0, desired: 0, max: 1, suspended: [] });
    expect(await driver.capacity(context())).toMatchObject({ ready: false, healthy: 0 });
    await driver.raise(context());
    expect(await driver.snapshot(context())).toMatchObject({ min: 2, desired: 2, max: 2 });
    expect(await driver.capacity(context())).toMatchObject({ ready: true, healthy: 2 });
    await driver.restore({ min: 0, desired: 0, max: 1, suspended: ['Launch'] }, context());
    expect(await driver.snapshot(context())).toEqual({
      min: 0,
      desired: 0,
      max: 1,
      suspended: ['Launch'],
    });
    await driver.raise(context());
    expect(await driver.snapshot(context())).toMatchObject({ desired: 2, suspended: [] });
  });

  it('ecsService raises the count and the scalable target, and restores both', async () => {
    const ecs = moto.client(ECSClient, standby);
    await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'api',
        containerDefinitions: [{ name: 'api', image: 'api', memory: 64 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'shop',
        serviceName: 'api',
        taskDefinition: 'api',
        desiredCount: 0,
      }),
    );
    const target = {
      ServiceNamespace: 'ecs',
      ResourceId: 'service/shop/api',
      ScalableDimension: 'ecs:service:DesiredCount',
    } as const;
    const scaling = moto.client(ApplicationAutoScalingClient, standby);
    await scaling.send(
      new RegisterScalableTargetCommand({ ...target, MinCapacity: 0, MaxCapacity: 2 }),
    );
    const section = { kind: 'ecsService', id: 'api', cluster: 'shop', service: 'api', tasks: 3 };
    const driver = computeDriver(Compute.parse(section));
    const before = await driver.snapshot(context());
    expect(before).toEqual({ desired: 0, limits: { min: 0, max: 2 } });
    await driver.raise(context());
    const raised = await scaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }),
    );
    expect(raised.ScalableTargets?.[0]).toMatchObject({ MinCapacity: 3, MaxCapacity: 3 });
    expect(await driver.capacity(context())).toMatchObject({ wanted: 3 });
    expect(await driver.snapshot(context())).toMatchObject({ desired: 3 });
    await driver.restore(before, context());
    expect(await driver.snapshot(context())).toEqual(before);
    const missing = computeDriver(Compute.parse({ ...section, service: 'nothing' }));
    await expect(missing.capacity(context())).rejects.toThrow('MISSING');
  });
});
