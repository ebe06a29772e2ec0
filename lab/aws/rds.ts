import { DBInstanceNotFoundFault, InvalidDBInstanceStateFault } from '@aws-sdk/client-rds';
import * as z from 'zod';
import type { DatabaseInstance } from '../world/databases.ts';
import { addressOf, arnOf } from '../world/databases.ts';
import { placeIn } from '../world/world.ts';
import type { World } from '../world/world.ts';
import { rebuilding } from './rds-rebuild.ts';
import type { CallContext, Service } from './service.ts';
import { modelled } from './service.ts';

const ById = z.strictObject({ DBInstanceIdentifier: z.string() });

/** RDS: describing instances, promoting a read replica, which takes its time, and making one. */
export const rds: Service = {
  ...modelled('DescribeDBInstancesCommand', ById, (input, context) => {
    const instance = findInstance(input.DBInstanceIdentifier, context);
    return { DBInstances: [describe(instance)] };
  }),

  ...modelled('PromoteReadReplicaCommand', ById, (input, context) => {
    const instance = findInstance(input.DBInstanceIdentifier, context);
    if (instance.sourceId === undefined || instance.status !== 'available') {
      throw new InvalidDBInstanceStateFault({
        message: `${instance.id} is ${instance.status} or not a read replica`,
        $metadata: {},
      });
    }
    instance.status = 'modifying';
    context.world.promotions += 1;
    void finishPromotion(instance, context.world);
    // The answer still names the source: one reading proves nothing.
    return { DBInstance: describe(instance) };
  }),

  ...rebuilding,
};

async function finishPromotion(instance: DatabaseInstance, world: World): Promise<void> {
  const from = world.clock.now();
  try {
    await world.physics.promote(instance.id, placeIn(world.plan, instance.region));
    instance.sourceId = undefined;
    // A promotion reboots.
    instance.parameters = 'in-sync';
    instance.status = 'available';
  } catch {
    instance.status = 'failed';
  }
  world.busy.push({ what: 'promotion', from, to: world.clock.now() });
}

/** @throws DBInstanceNotFoundFault if the Region has none of that name */
export function findInstance(id: string, { world, region }: CallContext): DatabaseInstance {
  const instance = world.databases.get(`${region}/${id}`);
  if (instance !== undefined) return instance;
  throw new DBInstanceNotFoundFault({ message: `DBInstance ${id} not found.`, $metadata: {} });
}

/** An instance as RDS describes it. */
export function describe(instance: DatabaseInstance): object {
  const { id, status, sourceId, settings, parameters } = instance;
  const isFollowing = sourceId !== undefined && status === 'available';
  return {
    DBInstanceIdentifier: id,
    DBInstanceArn: arnOf(instance),
    DBInstanceStatus: status,
    Engine: 'postgres',
    Endpoint: { Address: addressOf(instance), Port: 5432 },
    DBInstanceClass: settings.DBInstanceClass,
    DBSubnetGroup: { DBSubnetGroupName: settings.subnetGroup },
    DBParameterGroups: [
      { DBParameterGroupName: settings.parameterGroup, ParameterApplyStatus: parameters },
    ],
    VpcSecurityGroups: settings.securityGroups.map((id) => ({ VpcSecurityGroupId: id })),
    ...(sourceId === undefined ? {} : { ReadReplicaSourceDBInstanceIdentifier: sourceId }),
    StatusInfos: isFollowing
      ? [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }]
      : [],
  };
}
