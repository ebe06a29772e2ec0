import {
  CreateDBInstanceReadReplicaCommand,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
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
const source = 'arn:aws:rds:eu-central-1:111122223333:db:shop-db';
const notFound = new DBInstanceNotFoundFault({ message: 'no such instance', $metadata: {} });

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  rds.on(DescribeDBInstancesCommand).rejects(notFound);
});

function isThere(id: string, instance: DBInstance): void {
  const described = { DBInstanceIdentifier: id, ...instance };
  rds
    .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: id })
    .resolves({ DBInstances: [described] });
}

describe('making the replica', () => {
  const kept: DBInstance = {
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.r6g.large',
    StorageType: 'io1',
    AllocatedStorage: 100,
    Iops: 3000,
    KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/of-this-region',
    DBSubnetGroup: { DBSubnetGroupName: 'subnets' },
    DBParameterGroups: [{ DBParameterGroupName: 'parameters' }],
    VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }, { VpcSecurityGroupId: 'sg-2' }],
    Endpoint: { Address: 'there', Port: 6432 },
    MultiAZ: true,
    CopyTagsToSnapshot: true,
    MaxAllocatedStorage: 500,
    IAMDatabaseAuthenticationEnabled: true,
    EnabledCloudwatchLogsExports: ['postgresql'],
  };
  const created = async (change: DBInstance = {}, sourceSize = 1000) => {
    const writer = { DBInstanceArn: source, DBInstanceStatus: 'available' };
    isThere('shop-db', { ...writer, AllocatedStorage: sourceSize });
    isThere(driver.names.instance, { ...kept, ...change });
    rds.on(CreateDBInstanceReadReplicaCommand).resolves({});
    await driver.create(context);
    const calls = rds.commandCalls(CreateDBInstanceReadReplicaCommand);
    const input = calls.at(-1)?.args[0].input;
    if (input === undefined) throw new Error('nothing was made');
    return input;
  };

  it.each([
    ['the writer', 'shop-db', driver.names.instance],
    ['what is kept', driver.names.instance, 'shop-db'],
  ])('is refused without %s, by its name', async (_, missing, there) => {
    isThere(there, { DBInstanceArn: source, DBInstanceStatus: 'available' });
    const failed = driver.create(context);
    await expect(failed).rejects.toBeInstanceOf(NotReadyError);
    await expect(failed).rejects.toThrow(`${missing} is not there: nothing was made.`);
  });

  it('takes one that exists for its own, and no other refusal', async () => {
    await created();
    const exists = new DBInstanceAlreadyExistsFault({ message: 'there', $metadata: {} });
    rds.on(CreateDBInstanceReadReplicaCommand).rejects(exists);
    await driver.create(context);
    const denied = serviceError('AccessDenied', 403);
    rds.on(CreateDBInstanceReadReplicaCommand).rejects(denied);
    await expect(driver.create(context)).rejects.toBe(denied);
  });

  // RDS: "A parameter group can't be specified during Read Replica creation for [...] postgres".
  it('takes over the settings of the instance that is kept, but for its parameter group', async () => {
    expect(await created()).toEqual({
      DBInstanceIdentifier: 'shop-db-replica',
      SourceDBInstanceIdentifier: source,
      DBInstanceClass: 'db.r6g.large',
      StorageType: 'io1',
      Iops: 3000,
      MaxAllocatedStorage: 500,
      KmsKeyId: kept.KmsKeyId,
      DBSubnetGroupName: 'subnets',
      VpcSecurityGroupIds: ['sg-1', 'sg-2'],
      Port: 6432,
      EnableIAMDatabaseAuthentication: true,
      EnableCloudwatchLogsExports: ['postgresql'],
      MultiAZ: true,
      PubliclyAccessible: false,
      DeletionProtection: true,
      CopyTagsToSnapshot: true,
      AutoMinorVersionUpgrade: false,
    });
  });

  // RDS: "You can't specify IOPS or storage throughput for engine postgres and a storage size less
  // than 400", although it tells of both.
  it.each([
    [20, 20, {}],
    [399, 399, {}],
    [400, 400, { Iops: 12_000, StorageThroughput: 500 }],
    // The replica is as large as its source, whatever what is kept was.
    [400, 399, {}],
    [399, 400, {}],
  ])('says figures of gp3 storage only where RDS takes them: %s, %s GiB', async (...sizes) => {
    const [size, sourceSize, figures] = sizes;
    const gp3 = { StorageType: 'gp3', Iops: 12_000, StorageThroughput: 500 };
    const input = await created({ ...gp3, AllocatedStorage: size }, sourceSize);
    const { StorageType, ...rest } = input;
    expect(StorageType).toBe('gp3');
    const said = Object.entries(rest).filter(([key]) =>
      ['Iops', 'StorageThroughput'].includes(key),
    );
    expect(Object.fromEntries(said)).toEqual(figures);
  });

  it('asks in the Region that takes over, and reads the writer in the other one', async () => {
    const regions: string[] = [];
    isThere('shop-db', { DBInstanceArn: source });
    isThere(driver.names.instance, kept);
    rds.on(CreateDBInstanceReadReplicaCommand).resolves({});
    const client = createClientFactory((_client, region) => regions.push(region));
    await driver.create(contextWith({ client }));
    expect(regions.toSorted()).toEqual(['eu-central-1', 'eu-west-1']);
  });

  it('deletes nothing', async () => {
    await created();
    const names = rds.calls().map(({ args }) => args[0].constructor.name);
    expect(names.filter((name) => name.startsWith('Delete'))).toEqual([]);
  });
});
