import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  InvalidDBInstanceStateFault,
  PromoteReadReplicaCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClientFactory } from '../../../aws/clients.ts';
import { rdsReadReplica } from '../../../aws/drivers/rds-read-replica/driver.ts';
import { RdsReadReplica } from '../../../aws/drivers/rds-read-replica/schema.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { contextWith, refusedConnection, serviceError, unexpectedCall } from '../support.ts';

const rds = mockClient(RDSClient);
const cloudWatch = mockClient(CloudWatchClient);
const section = {
  kind: 'rdsReadReplica',
  id: 'orders',
  source: 'shop-db',
  replica: 'shop-db-replica',
  writeCheck: { url: 'https://standby.shop.example.com/write', method: 'POST' },
};
const config = RdsReadReplica.parse(section);
const context = contextWith();
const source = 'arn:aws:rds:eu-central-1:111122223333:db:shop-db';
const notFound = new DBInstanceNotFoundFault({ message: 'no such instance', $metadata: {} });
const replicating = [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }];

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
  cloudWatch.reset();
  cloudWatch.onAnyCommand().rejects(unexpectedCall);
});

async function readOf(instance: DBInstance) {
  rds.on(DescribeDBInstancesCommand).resolves({ DBInstances: [instance] });
  return await rdsReadReplica.read(config, context);
}

const replica: DBInstance = {
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: source,
  StatusInfos: replicating,
};

describe('reading the role', () => {
  it('is an UnreachableError when the Region does not answer', async () => {
    rds.on(DescribeDBInstancesCommand).rejects(refusedConnection());
    await expect(rdsReadReplica.read(config, context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('rethrows a denial', async () => {
    const denied = serviceError('AccessDenied', 403);
    rds.on(DescribeDBInstancesCommand).rejects(denied);
    await expect(rdsReadReplica.read(config, context)).rejects.toBe(denied);
  });

  it.each([
    ['failed'],
    ['stopped'],
    ['deleting'],
    ['inaccessible-encryption-credentials'],
    ['incompatible-network'],
  ])('calls %s unusable', async (status) => {
    const state = await readOf({ ...replica, DBInstanceStatus: status });
    expect(state).toMatchObject({ role: 'unusable', status });
  });

  it('calls an instance that does not exist unusable', async () => {
    rds.on(DescribeDBInstancesCommand).rejects(notFound);
    const state = await rdsReadReplica.read(config, context);
    expect(state).toMatchObject({ role: 'unusable', status: 'not found' });
  });

  it('calls a terminated replica unusable', async () => {
    const state = await readOf({ ...replica, StatusInfos: [{ Status: 'terminated' }] });
    expect(state).toMatchObject({ role: 'unusable' });
    expect(state.ineligibleBecause).toContain('terminated');
  });

  it.each([['modifying'], ['rebooting'], ['upgrading'], ['something-new']])(
    'calls a replica that is %s changing',
    async (status) => {
      expect(await readOf({ ...replica, DBInstanceStatus: status })).toMatchObject({
        role: 'changing',
      });
    },
  );

  it.each([
    ['it is still rebooting', { DBInstanceStatus: 'rebooting' }],
    ['a replication status is left', { DBInstanceStatus: 'available', StatusInfos: replicating }],
  ])('does not call it a writer while %s', async (_name, instance) => {
    expect(await readOf(instance)).toMatchObject({ role: 'changing' });
  });

  it.each(['available', 'backing-up'])(
    'calls it a writer when source and replication status are gone and it is %s',
    async (status) => {
      const state = await readOf({ DBInstanceStatus: status, StatusInfos: [] });
      expect(state).toEqual({ role: 'writer', status, ineligibleBecause: undefined });
    },
  );

  it.each([
    ['a backup runs', { DBInstanceStatus: 'backing-up' }, 'passes by itself'],
    [
      'replication is in error',
      { StatusInfos: [{ Status: 'error', Message: 'WAL removed' }] },
      'WAL removed',
    ],
    ['the source is another', { ReadReplicaSourceDBInstanceIdentifier: source + '2' }, 'shop-db2'],
    [
      'the source is in another Region',
      { ReadReplicaSourceDBInstanceIdentifier: source.replace('eu-central-1', 'us-east-1') },
      'us-east-1',
    ],
    [
      'the source is in its own Region',
      { ReadReplicaSourceDBInstanceIdentifier: 'shop-db' },
      'eu-central-1',
    ],
  ])('is an ineligible replica while %s', async (_name, difference, words) => {
    const state = await readOf({ ...replica, ...difference });
    expect(state.role).toBe('replica');
    expect(state.ineligibleBecause).toContain(words);
  });

  it('is an ineligible replica when it follows a cluster', async () => {
    const state = await readOf({
      DBInstanceStatus: 'available',
      ReadReplicaSourceDBClusterIdentifier: 'shop-cluster',
    });
    expect(state.ineligibleBecause).toContain('shop-cluster');
  });

  it.each([['replicating'], ['replication degraded'], ['stopped']])(
    'is an eligible replica when it is %s: the lag gate judges the loss',
    async (Status) => {
      const state = await readOf({ ...replica, StatusInfos: [{ Status }] });
      expect(state).toEqual({ role: 'replica', status: 'available', ineligibleBecause: undefined });
    },
  );
});

describe('promoting', () => {
  it.each([
    ['a wrong state', new InvalidDBInstanceStateFault({ message: 'is backing up', $metadata: {} })],
    ['a missing instance', notFound],
  ])('translates %s into NotReadyError and keeps the cause', async (_name, cause) => {
    rds.on(PromoteReadReplicaCommand).rejects(cause);
    const failed = rdsReadReplica.promote(config, context);
    await expect(failed).rejects.toBeInstanceOf(NotReadyError);
    await expect(failed).rejects.toMatchObject({ cause });
  });

  it('is an UnreachableError when the answer is lost, after one call', async () => {
    rds.on(PromoteReadReplicaCommand).rejects(refusedConnection());
    await expect(rdsReadReplica.promote(config, context)).rejects.toBeInstanceOf(UnreachableError);
    expect(rds.calls()).toHaveLength(1);
  });

  it('rethrows everything else', async () => {
    const denied = serviceError('AccessDenied', 403);
    rds.on(PromoteReadReplicaCommand).rejects(denied);
    await expect(rdsReadReplica.promote(config, context)).rejects.toBe(denied);
  });

  it('asks once, in the standby Region', async () => {
    rds.on(PromoteReadReplicaCommand).resolves({});
    const regions: string[] = [];
    const client = createClientFactory((_client, region) => regions.push(region));
    await rdsReadReplica.promote(config, contextWith({ client }));
    expect(rds.calls()).toHaveLength(1);
    expect(rds.call(0).args[0].input).toEqual({ DBInstanceIdentifier: 'shop-db-replica' });
    expect(regions).toEqual(['eu-west-1']);
  });
});
