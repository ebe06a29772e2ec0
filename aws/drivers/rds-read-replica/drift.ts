import {
  DBInstanceNotFoundFault,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import type { DBInstance } from '@aws-sdk/client-rds';
import type { Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import { NotReadyError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';
import type { DriftDriver, DriverContext } from '../driver.ts';
import { isPlanned, judgeInstance, sourceOf } from './driver.ts';
import { disappeared, followed, promoted } from './drift-words.ts';
import type { RdsReadReplica } from './schema.ts';

/**
 * A promotion leaves two things that code describes otherwise: the replica, which follows nobody
 * any more, and the old source, which people rename, delete or make a replica on the way back. No
 * snapshot is kept of a promotion: there is no way back. The plan says how it was before.
 */
export const rdsReadReplicaDrift: DriftDriver<RdsReadReplica> = (config, context) => {
  const { primary, standby } = context.plan.regions;
  return [
    {
      what: `DB instance ${config.replica} in ${standby} (${config.id})`,
      compare: async () => await compareReplica(config, context),
    },
    {
      what: `DB instance ${config.source} in ${primary} (${config.id})`,
      compare: async () => await compareSource(config, context),
    },
  ];
};

async function compareReplica(config: RdsReadReplica, context: DriverContext): Promise<Comparison> {
  const { primary, standby } = context.plan.regions;
  const instance = await describe(config.replica, standby, context);
  if (instance === undefined)
    throw new NotReadyError(`There is no DB instance ${config.replica} in ${standby}.`);
  const source = sourceOf(instance);
  if (source === undefined) return promoted(config, context.plan, instance);
  const { role, status } = judgeInstance(instance, config, context.plan);
  if (role === 'changing')
    throw new NotReadyError(`Its status is ${status}: a change is under way. Look again later.`);
  if (isPlanned(source, config, context.plan))
    return same(`It is a replica of ${config.source} in ${primary}, as the plan says.`);
  throw new NotReadyError(
    `It follows ${source}, which the plan does not know. What that means for your code is yours.`,
  );
}

async function compareSource(config: RdsReadReplica, context: DriverContext): Promise<Comparison> {
  const { primary } = context.plan.regions;
  const instance = await describe(config.source, primary, context);
  if (instance === undefined) return disappeared(config, primary);
  const source = sourceOf(instance);
  if (source !== undefined) return followed(config, primary, source);
  return same(
    `It follows nobody, as before; its status is ${instance.DBInstanceStatus ?? 'unknown'}.`,
  );
}

/** The instance, or undefined if there is none of this name. Any other failure is thrown. */
async function describe(
  id: string,
  region: string,
  { runtime }: DriverContext,
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
