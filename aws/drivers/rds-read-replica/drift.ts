import type { Comparison } from '../../../core/drift/difference.ts';
import { same } from '../../../core/drift/difference.ts';
import { NotReadyError } from '../../../core/errors.ts';
import type { DriftDriver, DriverContext } from '../driver.ts';
import { judgeInstance } from './driver.ts';
import { disappeared, followed, promoted } from './drift-words.ts';
import { findInstance, isSource, sourceOf } from './instances.ts';
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
  const instance = await findInstance(context.runtime, standby, config.replica);
  if (instance === undefined)
    throw new NotReadyError(`There is no DB instance ${config.replica} in ${standby}.`);
  const source = sourceOf(instance);
  if (source === undefined) return promoted(config, context.plan, instance);
  const { role, status } = judgeInstance(instance, config, context.plan);
  if (role === 'changing')
    throw new NotReadyError(`Its status is ${status}: a change is under way. Look again later.`);
  if (isSource(source, primary, config.source))
    return same(`It is a replica of ${config.source} in ${primary}, as the plan says.`);
  throw new NotReadyError(
    `It follows ${source}, which the plan does not know. What that means for your code is yours.`,
  );
}

async function compareSource(config: RdsReadReplica, context: DriverContext): Promise<Comparison> {
  const { primary } = context.plan.regions;
  const instance = await findInstance(context.runtime, primary, config.source);
  if (instance === undefined) return disappeared(config, primary);
  const source = sourceOf(instance);
  if (source !== undefined) return followed(config, primary, source);
  return same(
    `It follows nobody, as before; its status is ${instance.DBInstanceStatus ?? 'unknown'}.`,
  );
}
