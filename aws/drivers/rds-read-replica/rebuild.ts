import {
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DBInstanceAlreadyExistsFault,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  DescribeDBSnapshotsCommand,
  ModifyDBInstanceCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance, DBSnapshot } from '@aws-sdk/client-rds';
import { NotReadyError } from '../../../core/errors.ts';
import type { InstanceState, KeptNames } from '../../../core/switchover/rebuild.ts';
import { ask } from '../../errors.ts';
import type { Plan } from '../../plan.ts';
import type { Runtime } from '../../runtime.ts';
import type { DriverContext } from '../driver.ts';
import type { RebuildDriver } from '../rebuild-driver.ts';
import { findInstance, isSource, sourceOf, unusable } from './instances.ts';
import { keptNames } from './kept-names.ts';
import { hasParameterGroup, isInSync, parameterGroupOf } from './parameter-group.ts';
import type { RdsReadReplica } from './schema.ts';
import { settingsOf } from './settings.ts';

/**
 * What there is of a replica that is to be made: read, and nothing changed.
 * @throws NotReadyError if the snapshot has the name of ours and is of another instance
 */
async function findRebuild(
  config: RdsReadReplica,
  names: KeptNames,
  { plan, runtime }: DriverContext,
) {
  const region = plan.regions.standby;
  const [replica, kept, snapshot] = await Promise.all([
    findInstance(runtime, region, config.replica),
    findInstance(runtime, region, names.instance),
    findSnapshot(runtime, region, names.snapshot),
  ]);
  const status = (id: string, instance: DBInstance | undefined): string =>
    `${id} is ${instance?.DBInstanceStatus ?? 'not there'}.`;
  const state = stateOf(replica, config, plan);
  if (state === 'available' && isOfAnother(snapshot, replica))
    throw new NotReadyError(
      `${names.snapshot} is of another instance than ${config.replica}, which has no snapshot: ` +
        'give it another name. Nothing was replaced.',
    );
  return {
    replica: state,
    kept: stateOf(kept, config, plan),
    snapshot: snapshot?.Status,
    isConfigured: replica === undefined || kept === undefined || hasParameterGroup(replica, kept),
    isToReboot: replica !== undefined && !isInSync(replica),
    words: `${status(config.replica, replica)} ${status(names.instance, kept)}`,
  };
}

function stateOf(
  instance: DBInstance | undefined,
  { source }: RdsReadReplica,
  { regions }: Plan,
): InstanceState {
  if (instance === undefined) return 'absent';
  const status = instance.DBInstanceStatus ?? 'unknown';
  if (unusable.test(status)) return 'unusable';
  const follows = sourceOf(instance);
  if (follows === undefined) return status === 'available' ? 'available' : 'changing';
  if (!isSource(follows, regions.primary, source)) return 'strange';
  const statuses = instance.StatusInfos ?? [];
  if (statuses.some(({ Status }) => Status === 'terminated' || Status === 'error'))
    return 'unusable';
  const isReplicating = statuses.some(({ Status, Normal }) => Status === 'replicating' && Normal);
  return status === 'available' && isReplicating ? 'follows' : 'becoming';
}

/** The resource id lasts as long as the instance, whatever its name. */
function isOfAnother(snapshot: DBSnapshot | undefined, instance: DBInstance | undefined): boolean {
  const [made, found] = [snapshot?.DbiResourceId, instance?.DbiResourceId];
  return made !== undefined && found !== undefined && made !== found;
}

async function findSnapshot(
  runtime: Runtime,
  region: string,
  id: string,
): Promise<DBSnapshot | undefined> {
  const client = runtime.client(RDSClient, region);
  const command = new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: id });
  try {
    const answer = await ask('DescribeDBSnapshots', () => client.send(command));
    return answer.DBSnapshots?.[0];
  } catch (error) {
    if (error instanceof DBSnapshotNotFoundFault) return undefined;
    throw error;
  }
}

/** Asks for the snapshot of the old instance. Safe to repeat. */
async function preserve(
  config: RdsReadReplica,
  names: KeptNames,
  { plan, runtime }: DriverContext,
): Promise<void> {
  const client = runtime.client(RDSClient, plan.regions.standby);
  const command = new CreateDBSnapshotCommand({
    DBInstanceIdentifier: config.replica,
    DBSnapshotIdentifier: names.snapshot,
  });
  try {
    await ask('CreateDBSnapshot', () => client.send(command));
  } catch (error) {
    if (!(error instanceof DBSnapshotAlreadyExistsFault)) throw error;
  }
}

/** Gives the old instance another name, at once, and protects it from being deleted. */
async function rename(
  config: RdsReadReplica,
  names: KeptNames,
  { plan, runtime }: DriverContext,
): Promise<void> {
  const client = runtime.client(RDSClient, plan.regions.standby);
  const command = new ModifyDBInstanceCommand({
    DBInstanceIdentifier: config.replica,
    NewDBInstanceIdentifier: names.instance,
    DeletionProtection: true,
    ApplyImmediately: true,
  });
  await ask('ModifyDBInstance', () => client.send(command));
}

/**
 * Asks for the replica, with the settings of the instance that is kept: RDS would take its own
 * defaults for what is not said (RDS API Reference, CreateDBInstanceReadReplica). Safe to repeat.
 * @throws NotReadyError if the writer, or what is kept, is not there
 */
async function createReplica(
  config: RdsReadReplica,
  names: KeptNames,
  { plan, runtime }: DriverContext,
): Promise<void> {
  const { primary, standby } = plan.regions;
  const [source, kept] = await Promise.all([
    findInstance(runtime, primary, config.source),
    findInstance(runtime, standby, names.instance),
  ]);
  const arn = source?.DBInstanceArn;
  if (source === undefined || arn === undefined || kept === undefined)
    throw new NotReadyError(
      `${arn === undefined ? config.source : names.instance} is not there: nothing was made.`,
    );
  const client = runtime.client(RDSClient, standby);
  const command = new CreateDBInstanceReadReplicaCommand({
    DBInstanceIdentifier: config.replica,
    SourceDBInstanceIdentifier: arn,
    ...settingsOf(kept, source),
  });
  try {
    await ask('CreateDBInstanceReadReplica', () => client.send(command));
  } catch (error) {
    if (!(error instanceof DBInstanceAlreadyExistsFault)) throw error;
  }
}

/**
 * Gives the replica the parameter group of what is kept. RDS shows it at once and applies it with the
 * next reboot, which this is not. Safe to repeat.
 * @throws NotReadyError if RDS shows no group of what is kept
 */
async function configureReplica(
  config: RdsReadReplica,
  names: KeptNames,
  { plan, runtime }: DriverContext,
): Promise<void> {
  const { standby } = plan.regions;
  const kept = await findInstance(runtime, standby, names.instance);
  const group = kept && parameterGroupOf(kept);
  if (group === undefined)
    throw new NotReadyError(`RDS shows no parameter group of ${names.instance}: nothing was set.`);
  const client = runtime.client(RDSClient, standby);
  const command = new ModifyDBInstanceCommand({
    DBInstanceIdentifier: config.replica,
    DBParameterGroupName: group,
    // What else is pending for its maintenance window is nobody's business here.
    ApplyImmediately: false,
  });
  await ask('ModifyDBInstance', () => client.send(command));
}

/** Makes the replica of an RDS instance again. */
export const rebuildReadReplica: RebuildDriver<RdsReadReplica> = {
  names: keptNames,
  find: findRebuild,
  preserve,
  rename,
  create: createReplica,
  configure: configureReplica,
};
