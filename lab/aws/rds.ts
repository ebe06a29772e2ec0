import { DBInstanceNotFoundFault, InvalidDBInstanceStateFault } from '@aws-sdk/client-rds';
import * as z from 'zod';
import type { DatabaseInstance, World } from '../world/world.ts';
import type { CallContext, Service } from './service.ts';
import { modelled } from './service.ts';

const ById = z.strictObject({ DBInstanceIdentifier: z.string() });

/** RDS: describing instances, and promoting a read replica, which takes its time. */
export const rds: Service = {
  ...modelled('DescribeDBInstancesCommand', ById, (input, context) => {
    const instance = find(input.DBInstanceIdentifier, context);
    return { DBInstances: [describe(instance)] };
  }),

  ...modelled('PromoteReadReplicaCommand', ById, (input, context) => {
    const instance = find(input.DBInstanceIdentifier, context);
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
};

async function finishPromotion(instance: DatabaseInstance, world: World): Promise<void> {
  const from = world.clock.now();
  try {
    await world.physics.promote(instance.id);
    instance.sourceId = undefined;
    instance.status = 'available';
  } catch {
    instance.status = 'failed';
  }
  world.busy.push({ what: 'promotion', from, to: world.clock.now() });
}

function find(id: string, { world, region }: CallContext): DatabaseInstance {
  const instance = world.databases.get(`${region}/${id}`);
  if (instance !== undefined) return instance;
  throw new DBInstanceNotFoundFault({ message: `DBInstance ${id} not found.`, $metadata: {} });
}

function describe({ id, status, sourceId }: DatabaseInstance): object {
  const isFollowing = sourceId !== undefined && status === 'available';
  return {
    DBInstanceIdentifier: id,
    DBInstanceStatus: status,
    ...(sourceId === undefined ? {} : { ReadReplicaSourceDBInstanceIdentifier: sourceId }),
    StatusInfos: isFollowing
      ? [{ StatusType: 'read replication', Normal: true, Status: 'replicating' }]
      : [],
  };
}
