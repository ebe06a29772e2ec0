import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { refusedConnection, serviceError, unexpectedCall } from '../support.ts';
import { changesOf, compareOne, nobodyKnows } from './drift-support.ts';

const rds = mockClient(RDSClient);
const replicaArn = 'arn:aws:rds:eu-west-1:111122223333:db:shop-db-replica';
const sourceArn = 'arn:aws:rds:eu-central-1:111122223333:db:shop-db';
/** No snapshot is ever asked for: none is kept of a promotion. */
const replica = async () => await compareOne('instance shop-db-replica', {}, nobodyKnows);
const source = async () => await compareOne('instance shop-db in', {}, nobodyKnows);

function instanceIs(id: string, state: DBInstance): void {
  rds
    .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: id })
    .resolves({ DBInstances: [{ DBInstanceStatus: 'available', ...state }] });
}

function instanceFails(id: string, error: Error): void {
  rds.on(DescribeDBInstancesCommand, { DBInstanceIdentifier: id }).rejects(error);
}

const notFound = () => new DBInstanceNotFoundFault({ message: 'gone', $metadata: {} });

beforeEach(() => {
  rds.reset();
  rds.onAnyCommand().rejects(unexpectedCall);
});

describe('a replica that cannot be compared', () => {
  const modifying = { DBInstanceStatus: 'modifying' };
  it.each<[string, DBInstance | undefined, string]>([
    ['it is missing', undefined, 'There is no DB instance'],
    [
      'a change is under way',
      { ...modifying, ReadReplicaSourceDBInstanceIdentifier: sourceArn },
      'Its status is modifying',
    ],
    [
      'it follows somebody else',
      { ReadReplicaSourceDBInstanceIdentifier: 'other' },
      'It follows other',
    ],
  ])('is a NotReadyError when %s', async (_case, state, words) => {
    if (state === undefined) instanceFails('shop-db-replica', notFound());
    else instanceIs('shop-db-replica', state);
    await expect(replica()).rejects.toBeInstanceOf(NotReadyError);
    await expect(replica()).rejects.toThrow(words);
  });

  it('is an UnreachableError without an answer, and a denial is thrown as it is', async () => {
    instanceFails('shop-db-replica', refusedConnection());
    await expect(replica()).rejects.toBeInstanceOf(UnreachableError);
    instanceFails('shop-db-replica', serviceError('AccessDenied', 403));
    await expect(replica()).rejects.toThrow('AccessDenied');
  });
});

describe('a replica that was promoted', () => {
  it('is named, with what would destroy it', async () => {
    instanceIs('shop-db-replica', { BackupRetentionPeriod: 7, DeletionProtection: false });
    const found = await replica();
    expect(found.differences).toMatchObject([
      {
        danger: 'writer-at-risk',
        found:
          'it follows nobody: it was promoted (available). Automated backups are kept for 7 days. ' +
          'Nothing protects it from deletion.',
        before: 'a replica of shop-db in eu-central-1, by the plan',
        apply: expect.stringContaining('cannot elect new source database for replication'),
      },
    ]);
    const changes = changesOf(found);
    expect(changes).toContain('aws_db_instance shop-db-replica: take out replicate_source_db');
    expect(changes).toContain('backup_retention_period = 7');
    expect(changes).toContain('AWS::RDS::DBInstance shop-db-replica: take out SourceDBInstance');
    expect(changes).toContain("addPropertyDeletionOverride('SourceDBInstanceIdentifier')");
    expect(changes).toContain('aws_db_instance shop-db: keep it');
  });

  it('keeps at least a day of backups, and says that there are none', async () => {
    instanceIs('shop-db-replica', { BackupRetentionPeriod: 0, DeletionProtection: true });
    const found = await replica();
    expect(found.differences[0]?.found).toMatch(/Automated backups are off\.$/);
    expect(changesOf(found)).toContain('BackupRetentionPeriod 1');
  });

  it('is not said to be unprotected, or without backups, if RDS does not tell', async () => {
    instanceIs('shop-db-replica', {});
    const found = await replica();
    expect(found.differences[0]?.found).toBe('it follows nobody: it was promoted (available).');
    expect(changesOf(found)).not.toMatch(/backup_?retention/i);
  });

  it.each(['stopped', 'modifying'])('is one that is %s, too', async (status) => {
    instanceIs('shop-db-replica', { DBInstanceStatus: status });
    expect((await replica()).differences[0]?.found).toContain(`(${status})`);
  });
});

describe('the old source', () => {
  it('is an UnreachableError while its Region does not answer', async () => {
    instanceFails('shop-db', refusedConnection());
    await expect(source()).rejects.toBeInstanceOf(UnreachableError);
  });

  it('is named when it follows the new writer: code without a source promotes it', async () => {
    instanceIs('shop-db', { ReadReplicaSourceDBInstanceIdentifier: replicaArn });
    const found = await source();
    expect(found.differences).toMatchObject([
      { danger: 'second-writer', found: `a replica of ${replicaArn}` },
    ]);
    expect(found.differences[0]?.apply).toContain('Terraform promotes it');
    expect(changesOf(found)).toContain(`replicate_source_db = "${replicaArn}"`);
  });

  it('is named when it is gone', async () => {
    instanceFails('shop-db', notFound());
    const found = await source();
    expect(found.differences[0]?.found).toContain('it was renamed or deleted');
    expect(changesOf(found)).toContain('terraform state rm');
  });
});

describe('databases without drift', () => {
  it('are a replica of the planned source, and a source that follows nobody', async () => {
    instanceIs('shop-db-replica', { ReadReplicaSourceDBInstanceIdentifier: sourceArn });
    instanceIs('shop-db', { DBInstanceStatus: 'stopped' });
    expect(await replica()).toMatchObject({ differences: [] });
    const { differences, why } = await source();
    expect(differences).toEqual([]);
    expect(why).toBe('It follows nobody, as before; its status is stopped.');
  });
});
