import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { ask } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';

/** An instance as RDS describes it now; undefined if there is none of that name. */
export async function findInstance(
  runtime: Runtime,
  region: string,
  id: string,
): Promise<DBInstance | undefined> {
  const client = runtime.client(RDSClient, region);
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: id });
  try {
    const answer = await ask('DescribeDBInstances', () => client.send(command));
    return answer.DBInstances?.[0];
  } catch (error) {
    if (error instanceof DBInstanceNotFoundFault) return undefined;
    throw error;
  }
}

/** Statuses that need a human, whatever the replication says (RDS User Guide, Viewing status). */
export const unusable = new RegExp(
  '^(failed|stopped|stopping|deleting|delete-precheck|restore-error|insufficient-capacity' +
    '|inaccessible-.*|incompatible-.*)$',
);

/** What it is a replica of, as RDS names it; undefined if it is none. */
export function sourceOf(instance: DBInstance): string | undefined {
  const source = instance.ReadReplicaSourceDBInstanceIdentifier;
  const cluster = instance.ReadReplicaSourceDBClusterIdentifier;
  return [source, cluster].find((value) => value !== undefined && value !== '');
}

/** A source in another Region is named by its ARN; a bare name is in the replica's own Region. */
export function isSource(source: string, region: string, id: string): boolean {
  const [arn, , service, where, , type, name] = source.split(':');
  const isInstance = arn === 'arn' && service === 'rds' && type === 'db';
  return isInstance && where === region && name === id;
}
