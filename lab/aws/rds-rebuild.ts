import {
  DBInstanceAlreadyExistsFault,
  DBSnapshotAlreadyExistsFault,
  DBSnapshotNotFoundFault,
  InvalidDBInstanceStateFault,
} from '@aws-sdk/client-rds';
import * as z from 'zod';
import type { DatabaseInstance } from '../world/databases.ts';
import { DEFAULT_GROUP } from '../world/databases.ts';
import { placeIn } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { describe, findInstance } from './rds.ts';
import type { CallContext, Service } from './service.ts';
import { modelled, serviceError } from './service.ts';

const $metadata = {};
const SNAPSHOT_MILLISECONDS = 2000;
const RENAME_MILLISECONDS = 2000;
const CONFIGURE_MILLISECONDS = 2000;

const Replica = z.strictObject({
  DBInstanceIdentifier: z.string(),
  SourceDBInstanceIdentifier: z.string(),
  DBInstanceClass: z.string(),
  DBSubnetGroupName: z.string(),
  DBParameterGroupName: z.string().optional(),
  VpcSecurityGroupIds: z.array(z.string()),
  Port: z.int(),
  MultiAZ: z.boolean(),
  PubliclyAccessible: z.boolean(),
  DeletionProtection: z.boolean(),
  CopyTagsToSnapshot: z.boolean(),
  AutoMinorVersionUpgrade: z.boolean(),
});

const Rename = z.strictObject({
  DBInstanceIdentifier: z.string(),
  NewDBInstanceIdentifier: z.string(),
  DeletionProtection: z.literal(true),
  ApplyImmediately: z.literal(true),
});

const Configure = z.strictObject({
  DBInstanceIdentifier: z.string(),
  DBParameterGroupName: z.string(),
  ApplyImmediately: z.literal(false),
});

/** RDS: keeping an old instance, as a snapshot and under another name, and making a replica. */
export const rebuilding: Service = {
  ...modelled(
    'DescribeDBSnapshotsCommand',
    z.strictObject({ DBSnapshotIdentifier: z.string() }),
    ({ DBSnapshotIdentifier }, { world, region }) => {
      const Status = world.snapshots.get(`${region}/${DBSnapshotIdentifier}`);
      if (Status === undefined)
        throw new DBSnapshotNotFoundFault({ message: 'DBSnapshot not found.', $metadata });
      return { DBSnapshots: [{ DBSnapshotIdentifier, Status }] };
    },
  ),

  ...modelled(
    'CreateDBSnapshotCommand',
    z.strictObject({ DBInstanceIdentifier: z.string(), DBSnapshotIdentifier: z.string() }),
    ({ DBInstanceIdentifier, DBSnapshotIdentifier }, context) => {
      const { world, region } = context;
      const instance = available(DBInstanceIdentifier, context);
      const key = `${region}/${DBSnapshotIdentifier}`;
      if (world.snapshots.has(key))
        throw new DBSnapshotAlreadyExistsFault({ message: 'It exists already.', $metadata });
      world.snapshots.set(key, 'creating');
      instance.status = 'backing-up';
      later(world, SNAPSHOT_MILLISECONDS, () => {
        world.snapshots.set(key, 'available');
        instance.status = 'available';
      });
      return { DBSnapshot: { DBSnapshotIdentifier, Status: 'creating' } };
    },
  ),

  ...modelled('ModifyDBInstanceCommand', z.union([Rename, Configure]), (input, context) => {
    const instance = available(input.DBInstanceIdentifier, context);
    if ('NewDBInstanceIdentifier' in input) rename(instance, input, context);
    else configure(instance, input, context);
    return { DBInstance: describe(instance) };
  }),

  ...modelled('CreateDBInstanceReadReplicaCommand', Replica, (input, context) => {
    const { world, region } = context;
    const { DBInstanceIdentifier: id, SourceDBInstanceIdentifier: sourceId } = input;
    refuseTaken(id, context);
    if (input.DBParameterGroupName !== undefined)
      throw serviceError(
        'InvalidParameterCombination',
        "A parameter group can't be specified during Read Replica creation for the following DB " +
          'engine: postgres',
      );
    const [, , , sourceRegion = '', , , source = ''] = sourceId.split(':');
    available(source, { world, region: sourceRegion });
    const replica: DatabaseInstance = {
      ...{ id, region, status: 'creating', sourceId },
      settings: {
        DBInstanceClass: input.DBInstanceClass,
        subnetGroup: input.DBSubnetGroupName,
        securityGroups: input.VpcSecurityGroupIds,
        parameterGroup: DEFAULT_GROUP,
      },
      parameters: 'in-sync',
    };
    world.databases.set(`${region}/${id}`, replica);
    void finishReplica(replica, world);
    return { DBInstance: describe(replica) };
  }),
};

function rename(
  instance: DatabaseInstance,
  { DBInstanceIdentifier, NewDBInstanceIdentifier }: z.infer<typeof Rename>,
  context: CallContext,
): void {
  const { world, region } = context;
  refuseTaken(NewDBInstanceIdentifier, context);
  instance.status = 'renaming';
  later(world, RENAME_MILLISECONDS, () => {
    world.databases.delete(`${region}/${DBInstanceIdentifier}`);
    instance.id = NewDBInstanceIdentifier;
    instance.status = 'available';
    world.databases.set(`${region}/${NewDBInstanceIdentifier}`, instance);
  });
}

/** The name of the group is shown at once; what is in it applies with the next reboot. */
function configure(
  instance: DatabaseInstance,
  { DBParameterGroupName: parameterGroup }: z.infer<typeof Configure>,
  { world }: CallContext,
): void {
  instance.settings = { ...instance.settings, parameterGroup };
  instance.parameters = 'applying';
  instance.status = 'modifying';
  later(world, CONFIGURE_MILLISECONDS, () => {
    instance.parameters = 'pending-reboot';
    instance.status = 'available';
  });
}

async function finishReplica(replica: DatabaseInstance, world: World): Promise<void> {
  const from = world.clock.now();
  try {
    await world.physics.rebuild(placeIn(world.plan, replica.region));
    replica.status = 'available';
  } catch {
    replica.status = 'failed';
  }
  world.busy.push({ what: 'replica', from, to: world.clock.now() });
}

function available(id: string, context: CallContext): DatabaseInstance {
  const instance = findInstance(id, context);
  if (instance.status === 'available') return instance;
  const message = `${id} is ${instance.status}, not available.`;
  throw new InvalidDBInstanceStateFault({ message, $metadata });
}

function refuseTaken(id: string, { world, region }: CallContext): void {
  if (!world.databases.has(`${region}/${id}`)) return;
  throw new DBInstanceAlreadyExistsFault({ message: `${id} exists already.`, $metadata });
}

function later(world: World, milliseconds: number, action: () => void): void {
  void world.clock.sleep(milliseconds).then(action);
}
