import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { Service } from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { NotReadyError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';
import type { ComputeDriver, DriverContext } from '../driver.ts';
import { parseSnapshot } from '../snapshot.ts';
import { countHealthyTargets } from '../target-health.ts';
import { Limits, readLimits, writeLimits } from './scalable-target.ts';
import type { EcsService } from './schema.ts';

/** How it was, as it is kept. */
export const Snapshot = z.strictObject({ desired: z.int(), limits: Limits.nullable() });

/**
 * Raises the desired count, and the minimum of a scalable target if there is one: with the count
 * alone a scaling policy could take it back (Amazon ECS Developer Guide, Service auto scaling).
 * `UpdateService` with a count starts no deployment, so that `rolloutState` and the SDK's stable
 * waiter say nothing; running tasks and target health do. Raising looks first, and never lowers.
 * Restoring writes whatever it reads: a stale reading must not leave the capacity raised. Both are
 * safe to repeat.
 */
export const ecsService: ComputeDriver<EcsService> = {
  async snapshot(config, context) {
    const { desiredCount } = await describeService(config, context);
    const limits = await readLimits(config, context);
    return { desired: desiredCount, limits: limits ?? null };
  },

  async raise(config, context) {
    const { desiredCount } = await describeService(config, context);
    const desired = Math.max(desiredCount, config.tasks);
    const limits = await readLimits(config, context);
    if (limits !== undefined) {
      const min = Math.max(limits.min, config.tasks);
      const isWideEnough = limits.max >= min;
      if (min !== limits.min || !isWideEnough)
        await writeLimits(config, { min, ...(isWideEnough ? {} : { max: min }) }, context);
    }
    if (desired !== desiredCount) await setDesired(config, desired, context);
  },

  async capacity(config, context) {
    const service = await describeService(config, context);
    const { targetGroup, tasks: wanted } = config;
    const inTargetGroup =
      targetGroup === undefined ? service.running : await countHealthyTargets(targetGroup, context);
    const healthy = Math.min(service.running, inTargetGroup);
    const ready = service.status === 'ACTIVE' && healthy >= wanted;
    const targets =
      targetGroup === undefined ? '' : `, ${inTargetGroup} healthy in the target group`;
    const found =
      `${config.service} is ${service.status}: ` +
      `${service.running} of ${wanted} tasks running${targets}.`;
    return { ready, healthy, wanted, why: ready ? found : `${found}${service.complaint}` };
  },

  async restore(config, snapshot, context) {
    const before = parseSnapshot(Snapshot, snapshot);
    // Registering would make a target anew that somebody took away meanwhile.
    const hasTarget = (await readLimits(config, context)) !== undefined;
    if (hasTarget && before.limits !== null) await writeLimits(config, before.limits, context);
    await setDesired(config, before.desired, context);
  },
};

interface ServiceState {
  readonly status: string;
  readonly desiredCount: number;
  readonly running: number;
  /** The newest event of the service, which names a shortage, with a leading space. */
  readonly complaint: string;
}

/** A missing service is not an error of the call: ECS reports it in `failures`. */
async function describeService(config: EcsService, context: DriverContext): Promise<ServiceState> {
  const client = context.runtime.client(ECSClient, context.plan.regions.standby);
  const command = new DescribeServicesCommand({
    cluster: config.cluster,
    services: [config.service],
  });
  const answer = await ask('DescribeServices', () => client.send(command));
  const service = answer.services?.[0];
  const { desiredCount, runningCount, status } = service ?? {};
  if (desiredCount !== undefined && runningCount !== undefined && status !== undefined)
    return {
      status,
      desiredCount,
      running: runningCount,
      complaint: newestEvent(service, context),
    };
  const failure = answer.failures?.[0];
  const reason = [failure?.reason, failure?.detail].filter((word) => word !== undefined).join(' ');
  throw new NotReadyError(
    `ECS cannot describe ${config.service} in ${config.cluster}, ` +
      `${context.plan.regions.standby}: ${reason || 'it is missing from the answer'}.`,
  );
}

/** Only events of the last ten minutes: an older one says nothing about this warm-up. */
function newestEvent(service: Service | undefined, { runtime }: DriverContext): string {
  const since = runtime.clock.now().getTime() - 600_000;
  const newest = (service?.events ?? [])
    .map(({ createdAt, message }) => ({ at: createdAt?.getTime() ?? 0, message }))
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => b.at - a.at)[0];
  return newest?.message === undefined ? '' : ` ECS says: ${newest.message}`;
}

async function setDesired(
  config: EcsService,
  desired: number,
  context: DriverContext,
): Promise<void> {
  const client = context.runtime.client(ECSClient, context.plan.regions.standby);
  const command = new UpdateServiceCommand({
    cluster: config.cluster,
    service: config.service,
    desiredCount: desired,
  });
  await ask('UpdateService', () => client.send(command));
}
