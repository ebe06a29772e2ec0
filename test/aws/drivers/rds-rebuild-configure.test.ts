import {
  DBInstanceNotFoundFault,
  DBSnapshotNotFoundFault,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  InvalidDBInstanceStateFault,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../../aws/clients.ts';
import { RdsReadReplica } from '../../../aws/drivers/rds-read-replica/schema.ts';
import { rebuildDriver } from '../../../aws/drivers/rebuilds.ts';
import { NotReadyError } from '../../../core/errors.ts';
import { contextWith, serviceError, unexpectedCall } from '../support.ts';

const rds = mockClient(RDSClient);
const config = RdsReadReplica.parse({
  kind: 'rdsReadReplica',
  id: 'orders',
  source: 'shop-db',
  replica: 'shop-db-replica',
  writeCheck: { url: 'https://standby.shop.example.com/write', method: 'POST' },
});
const driver = rebuildDriver(config, 'shop-20261002t170445z-12');
const context = contextWith();
const follower: DBInstance = {
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: 'arn:aws:rds:eu-central-1:111122223333:db:shop-db',
};
const noSnapshot = new DBSnapshotNotFoundFault({ message: 'no such snapshot', $metadata: {} });
const notFound = new DBInstanceNotFoundFault({ message: 'no such instance', $metadata: {} });

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  rds.on(DescribeDBInstancesCommand).rejects(notFound);
  rds.on(DescribeDBSnapshotsCommand).rejects(noSnapshot);
});

function isThere(id: string, instance: DBInstance): void {
  const described = { DBInstanceIdentifier: id, ...instance };
  rds
    .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: id })
    .resolves({ DBInstances: [described] });
}

describe('whether it has what it could not be made with', () => {
  const group = (name: string, ParameterApplyStatus = 'in-sync'): DBInstance => ({
    DBParameterGroups: [{ DBParameterGroupName: name, ParameterApplyStatus }],
  });

  it.each<[boolean, string, DBInstance, DBInstance | undefined]>([
    [true, 'it has the group of what is kept', group('ours'), group('ours')],
    [true, 'nothing is kept', group('default.postgres16'), undefined],
    [true, 'the kept one had none of its own', group('default.postgres16'), group('default.a')],
    [true, 'people gave it another one', group('theirs'), group('ours')],
    [false, 'it has the one that RDS gave it', group('default.postgres16'), group('ours')],
    [false, 'RDS shows none of it', {}, group('ours')],
    [false, 'RDS shows none of what is kept', group('default.postgres16'), {}],
  ])('is %s where %s', async (isConfigured, _, replica, kept) => {
    isThere('shop-db-replica', { ...follower, ...replica });
    if (kept !== undefined) isThere(driver.names.instance, kept);
    expect(await driver.find(context)).toMatchObject({ isConfigured });
  });

  it.each([
    ['in-sync', false],
    ['pending-reboot', true],
    ['applying', true],
    ['something-new', true],
  ])('is told apart from whether it applies: %s', async (status, isToReboot) => {
    isThere('shop-db-replica', { ...follower, ...group('ours', status) });
    isThere(driver.names.instance, group('ours'));
    expect(await driver.find(context)).toMatchObject({ isConfigured: true, isToReboot });
  });
});

describe('configuring the replica', () => {
  const kept = { DBParameterGroups: [{ DBParameterGroupName: 'parameters' }] };

  it('sets the parameter group of what is kept, and nothing else, in its own Region', async () => {
    const regions: string[] = [];
    isThere(driver.names.instance, kept);
    rds.on(ModifyDBInstanceCommand).resolves({});
    const client = createClientFactory((_client, region) => regions.push(region));
    await driver.configure(contextWith({ client }));
    expect(regions).toEqual(['eu-west-1']);
    expect(rds.commandCalls(ModifyDBInstanceCommand).map(({ args }) => args[0].input)).toEqual([
      {
        DBInstanceIdentifier: 'shop-db-replica',
        DBParameterGroupName: 'parameters',
        ApplyImmediately: false,
      },
    ]);
  });

  it.each<[string, DBInstance | undefined]>([
    ['nothing is kept', undefined],
    ['RDS shows no group of it', { DBInstanceStatus: 'available' }],
  ])('is refused where %s', async (_, instance) => {
    if (instance !== undefined) isThere(driver.names.instance, instance);
    const refused = driver.configure(context);
    await expect(refused).rejects.toBeInstanceOf(NotReadyError);
    await expect(refused).rejects.toThrow('nothing was set');
  });

  it('swallows no refusal', async () => {
    isThere(driver.names.instance, kept);
    const busy = new InvalidDBInstanceStateFault({ message: 'busy', $metadata: {} });
    const family = serviceError('InvalidParameterCombination', 400);
    for (const error of [busy, family]) {
      rds.on(ModifyDBInstanceCommand).rejects(error);
      await expect(driver.configure(context)).rejects.toBe(error);
    }
  });
});
