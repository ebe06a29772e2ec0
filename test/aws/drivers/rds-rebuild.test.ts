import {
  CreateDBSnapshotCommand,
  DBInstanceAlreadyExistsFault,
  DBInstanceNotFoundFault,
  DBSnapshotAlreadyExistsFault,
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
import fc from 'fast-check';
import { RdsReadReplica } from '../../../aws/drivers/rds-read-replica/schema.ts';
import { rebuildDriver } from '../../../aws/drivers/rebuilds.ts';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { contextWith, refusedConnection, serviceError, unexpectedCall } from '../support.ts';

const rds = mockClient(RDSClient);
const section = {
  kind: 'rdsReadReplica',
  id: 'orders',
  source: 'shop-db',
  replica: 'shop-db-replica',
  writeCheck: { url: 'https://standby.shop.example.com/write', method: 'POST' },
};
const config = RdsReadReplica.parse(section);
const driver = rebuildDriver(config, 'shop-20261002t170445z-12');
const context = contextWith();
const source = 'arn:aws:rds:eu-central-1:111122223333:db:shop-db';
const replicating = [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }];
const notFound = new DBInstanceNotFoundFault({ message: 'no such instance', $metadata: {} });
const noSnapshot = new DBSnapshotNotFoundFault({ message: 'no such snapshot', $metadata: {} });

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
const follower: DBInstance = {
  DBInstanceStatus: 'available',
  ReadReplicaSourceDBInstanceIdentifier: source,
  StatusInfos: replicating,
};

describe('the names of what is kept', () => {
  it.each([
    [undefined, 'shop-db-replica-before-0'],
    ['shop-20261002t170445z-1', 'shop-db-replica-before-1'],
    ['my-shop-20261002t170445z-120', 'shop-db-replica-before-120'],
  ])('tell after which promotion it became an old one: %s', (promotedBy, instance) => {
    expect(rebuildDriver(config, promotedBy).names).toEqual({
      ...{ instance, snapshot: `failover-${instance}` },
    });
  });

  it('are names as RDS takes them, whatever the replica is called, and the same every time', () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9]|-[a-z0-9]){0,62}$/);
    const names = fc.property(name, fc.integer({ min: 1, max: 99_999_999 }), (given, epoch) => {
      const replica = given.slice(0, 63).replace(/-$/, '');
      const own = RdsReadReplica.parse({ ...section, replica });
      const { names: kept } = rebuildDriver(own, `a-b-20261002t170445z-${epoch}`);
      const form = /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
      expect(kept.instance).toMatch(form);
      expect(kept.instance).not.toBe(replica);
      expect(kept.snapshot).toMatch(/^(?=.{1,255}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
      expect(rebuildDriver(own, `a-b-20261002t170445z-${epoch}`).names).toEqual(kept);
    });
    fc.assert(names, { numRuns: 500 });
  });
});

describe('what there is', () => {
  it('is not known when RDS denies or does not answer', async () => {
    const denied = serviceError('AccessDenied', 403);
    rds.on(DescribeDBSnapshotsCommand).rejects(denied);
    await expect(driver.find(context)).rejects.toBe(denied);
    rds.on(DescribeDBSnapshotsCommand).rejects(refusedConnection());
    await expect(driver.find(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it.each<[string, string, DBInstance]>([
    ['unusable', 'it failed', { ...follower, DBInstanceStatus: 'failed' }],
    ['unusable', 'it is stopped', { DBInstanceStatus: 'stopped' }],
    ['unusable', 'it is deleted', { ...follower, DBInstanceStatus: 'deleting' }],
    ['unusable', 'replication ended', { ...follower, StatusInfos: [{ Status: 'terminated' }] }],
    ['unusable', 'replication is in error', { ...follower, StatusInfos: [{ Status: 'error' }] }],
    ['strange', 'its source is another', { ...follower, ...sourceOf(`${source}-2`) }],
    ['strange', 'its source is in its own Region', { ...follower, ...sourceOf('shop-db') }],
    [
      'strange',
      'it follows a cluster',
      { DBInstanceStatus: 'available', ReadReplicaSourceDBClusterIdentifier: 'cluster' },
    ],
    ['changing', 'it is backed up', { DBInstanceStatus: 'backing-up' }],
    ['changing', 'it gets another name', { DBInstanceStatus: 'renaming' }],
    ['changing', 'nobody knows its status', { DBInstanceStatus: 'something-new' }],
    ['changing', 'RDS gives no status', {}],
    ['becoming', 'it is made', { ...follower, DBInstanceStatus: 'creating', StatusInfos: [] }],
    ['becoming', 'nothing is said of replication', { ...follower, StatusInfos: [] }],
    [
      'becoming',
      'replication is not normal',
      { ...follower, StatusInfos: [{ Status: 'replicating', Normal: false }] },
    ],
    ['becoming', 'it is backed up', { ...follower, DBInstanceStatus: 'backing-up' }],
    ['available', 'it is a writer', { DBInstanceStatus: 'available', StatusInfos: [] }],
    ['follows', 'it replicates from the source of the plan', follower],
  ])('is %s when %s', async (state, _, instance) => {
    isThere('shop-db-replica', instance);
    const found = await driver.find(context);
    expect(found).toMatchObject({ replica: state, kept: 'absent', snapshot: undefined });
  });

  it('is absent when there is none, and the words say what is', async () => {
    isThere(driver.names.instance, { DBInstanceStatus: 'available' });
    const found = await driver.find(context);
    expect(found).toMatchObject({ replica: 'absent', kept: 'available' });
    expect(found.words).toBe(
      'shop-db-replica is not there. shop-db-replica-before-12 is available.',
    );
  });

  it.each(['creating', 'available', 'failed'])('has a snapshot that is %s', async (Status) => {
    const id = { DBSnapshotIdentifier: driver.names.snapshot };
    rds.on(DescribeDBSnapshotsCommand, id).resolves({ DBSnapshots: [{ ...id, Status }] });
    expect(await driver.find(context)).toMatchObject({ snapshot: Status });
  });
});

function sourceOf(arn: string): DBInstance {
  return { ReadReplicaSourceDBInstanceIdentifier: arn };
}

describe('a snapshot that has the name already', () => {
  const DBSnapshotIdentifier = driver.names.snapshot;
  const found = (DbiResourceId: string, instance: DBInstance) => {
    const snapshot = { DBSnapshotIdentifier, DbiResourceId, Status: 'available' };
    rds.on(DescribeDBSnapshotsCommand).resolves({ DBSnapshots: [snapshot] });
    isThere('shop-db-replica', { DbiResourceId: 'db-ours', ...instance });
    return driver.find(context);
  };

  // Epochs begin anew with a new table, and somebody may have deleted the instance of that time.
  it('is refused if it is of another instance, which would be renamed without one', async () => {
    const refused = found('db-theirs', { DBInstanceStatus: 'available' });
    await expect(refused).rejects.toBeInstanceOf(NotReadyError);
    await expect(refused).rejects.toThrow('Nothing was replaced.');
  });

  it('counts if it is of this one, or once the replica is another one by design', async () => {
    const own = await found('db-ours', { DBInstanceStatus: 'available' });
    expect(own).toMatchObject({ snapshot: 'available' });
    expect(await found('db-theirs', follower)).toMatchObject({ replica: 'follows' });
  });
});

describe('keeping the old instance', () => {
  it('takes a snapshot that exists for its own, and no other refusal', async () => {
    const exists = new DBSnapshotAlreadyExistsFault({ message: 'there', $metadata: {} });
    rds.on(CreateDBSnapshotCommand).rejects(exists);
    await driver.preserve(context);
    const busy = new InvalidDBInstanceStateFault({ message: 'busy', $metadata: {} });
    rds.on(CreateDBSnapshotCommand).rejects(busy);
    await expect(driver.preserve(context)).rejects.toBe(busy);
    rds.on(CreateDBSnapshotCommand).rejects(refusedConnection());
    await expect(driver.preserve(context)).rejects.toBeInstanceOf(UnreachableError);
  });

  it('gives another name at once, forbids deleting it, and changes nothing else', async () => {
    rds.on(ModifyDBInstanceCommand).resolves({});
    await driver.rename(context);
    expect(rds.commandCalls(ModifyDBInstanceCommand).map(({ args }) => args[0].input)).toEqual([
      {
        DBInstanceIdentifier: 'shop-db-replica',
        NewDBInstanceIdentifier: 'shop-db-replica-before-12',
        DeletionProtection: true,
        ApplyImmediately: true,
      },
    ]);
  });

  it('does not take a name that is taken for its own', async () => {
    const taken = new DBInstanceAlreadyExistsFault({ message: 'taken', $metadata: {} });
    rds.on(ModifyDBInstanceCommand).rejects(taken);
    await expect(driver.rename(context)).rejects.toBe(taken);
  });
});
