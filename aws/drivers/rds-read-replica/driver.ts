import {
  DBInstanceNotFoundFault,
  InvalidDBInstanceStateFault,
  PromoteReadReplicaCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import { NotReadyError } from '../../../core/errors.ts';
import type { Plan } from '../../plan.ts';
import { ask } from '../../errors.ts';
import type { DatabaseDriver, DatabaseState } from '../driver.ts';
import { findInstance, isSource, sourceOf, unusable } from './instances.ts';
import { readLag } from './lag.ts';
import type { RdsReadReplica } from './schema.ts';

/** Statuses in which a replica goes on replicating. Only `available` may be promoted. */
const replicating = new Set([
  'available',
  'backing-up',
  'configuring-enhanced-monitoring',
  'configuring-iam-database-auth',
  'configuring-log-exports',
  'storage-initialization',
  'storage-optimization',
]);

/** An independent instance takes writes in these. */
const serving = new Set(['available', 'backing-up']);

/**
 * An RDS instance with a cross-Region read replica. `PromoteReadReplica` answers `modifying` with
 * the source still set, so that one `available` reading proves nothing: a writer is available
 * *and* has no source *and* no replication status (RDS User Guide, Working with read replicas).
 */
export const rdsReadReplica: DatabaseDriver<RdsReadReplica> = {
  async read(config, { plan, runtime }) {
    const instance = await findInstance(runtime, plan.regions.standby, config.replica);
    return judgeInstance(instance, config, plan);
  },

  /** Not safe to repeat blindly: the caller reads the role before every call. */
  async promote(config, { plan, runtime }) {
    const client = runtime.client(RDSClient, plan.regions.standby);
    const command = new PromoteReadReplicaCommand({ DBInstanceIdentifier: config.replica });
    try {
      await ask('PromoteReadReplica', () => client.send(command));
    } catch (error) {
      const refused =
        error instanceof InvalidDBInstanceStateFault || error instanceof DBInstanceNotFoundFault;
      if (!refused) throw error;
      throw new NotReadyError(
        `RDS refuses to promote ${config.replica}: ${error.message}. Read its status.`,
        { cause: error },
      );
    }
  },

  lag: readLag,

  async endpoint({ replica }, { plan, runtime }) {
    const region = plan.regions.standby;
    const instance = await findInstance(runtime, region, replica);
    // Another server would only time out: sessions are opened as with PostgreSQL.
    if (instance !== undefined && instance.Engine !== 'postgres')
      throw new NotReadyError(
        `${replica} in ${region}: found the engine ${instance.Engine ?? 'unknown'}; expected ` +
          'postgres. Sessions are opened with PostgreSQL only.',
      );
    const { Address: host, Port: port } = instance?.Endpoint ?? {};
    if (host === undefined || port === undefined)
      throw new NotReadyError(`${replica} in ${region} has no address yet.`);
    return { host, port };
  },
};

/** What the instance is. Pure: everything is taken from this one answer. */
export function judgeInstance(
  instance: DBInstance | undefined,
  config: RdsReadReplica,
  plan: Plan,
): DatabaseState {
  const status = instance?.DBInstanceStatus;
  if (instance === undefined || status === undefined)
    return gone('not found', `${config.replica} does not exist in ${plan.regions.standby}.`);
  if (unusable.test(status)) return gone(status, `${config.replica} is ${status}.`);
  const source = sourceOf(instance);
  const statuses = instance.StatusInfos ?? [];
  if (source === undefined) {
    // With backups on, a promoted instance begins with one, and serves writes meanwhile.
    const done = serving.has(status) && statuses.length === 0;
    return { role: done ? 'writer' : 'changing', status, ineligibleBecause: undefined };
  }
  if (statuses.some(({ Status }) => Status === 'terminated'))
    return gone(status, `Replication to ${config.replica} was terminated: its data is old.`);
  const role = replicating.has(status) ? 'replica' : 'changing';
  return { role, status, ineligibleBecause: ineligibleBecause(instance, config, plan) };
}

function gone(status: string, because: string): DatabaseState {
  return { role: 'unusable', status, ineligibleBecause: because };
}

/** Why the replica may not be promoted now. */
function ineligibleBecause(
  instance: DBInstance,
  config: RdsReadReplica,
  plan: Plan,
): string | undefined {
  const source = instance.ReadReplicaSourceDBInstanceIdentifier;
  if (source === undefined || !isSource(source, plan.regions.primary, config.source))
    return (
      `It follows ${sourceOf(instance) ?? 'nothing'}, ` +
      `not ${config.source} in ${plan.regions.primary}.`
    );
  const failed = (instance.StatusInfos ?? []).find(({ Status }) => Status === 'error');
  if (failed !== undefined)
    return `Replication is in error: ${failed.Message ?? 'RDS gives no message'}.`;
  const status = instance.DBInstanceStatus;
  if (status === 'backing-up')
    return 'A backup is running: RDS refuses until it has ended. This passes by itself.';
  return status === 'available'
    ? undefined
    : `Its status is ${status ?? 'unknown'}, not available.`;
}
