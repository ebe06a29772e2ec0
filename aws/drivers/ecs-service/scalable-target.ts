import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import * as z from 'zod';
import { ask } from '../../errors.ts';
import type { DriverContext } from '../driver.ts';
import type { EcsService } from './schema.ts';

/** The limits of a scalable target. */
export const Limits = z.strictObject({ min: z.int(), max: z.int() });
export type Limits = z.infer<typeof Limits>;

const dimension = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;

/** The service's scalable target, or undefined if it has none. */
export async function readLimits(
  config: EcsService,
  context: DriverContext,
): Promise<Limits | undefined> {
  const resource = resourceId(config);
  const command = new DescribeScalableTargetsCommand({ ...dimension, ResourceIds: [resource] });
  const answer = await ask('DescribeScalableTargets', () => clientOf(context).send(command));
  const target = answer.ScalableTargets?.find(({ ResourceId }) => ResourceId === resource);
  if (target === undefined) return undefined;
  return Limits.parse({ min: target.MinCapacity, max: target.MaxCapacity });
}

/**
 * Changes the limits of an existing target, and nothing else of it. Application Auto Scaling
 * pulls the desired count into the new limits at once (API Reference, RegisterScalableTarget).
 */
export async function writeLimits(
  config: EcsService,
  { min, max }: Omit<Limits, 'max'> & Partial<Limits>,
  context: DriverContext,
): Promise<void> {
  const command = new RegisterScalableTargetCommand({
    ...dimension,
    ResourceId: resourceId(config),
    MinCapacity: min,
    ...(max === undefined ? {} : { MaxCapacity: max }),
  });
  await ask('RegisterScalableTarget', () => clientOf(context).send(command));
}

/** Application Auto Scaling wants names where ECS also takes ARNs. */
function resourceId({ cluster, service }: EcsService): string {
  return `service/${lastPart(cluster)}/${lastPart(service)}`;
}

/** The name in `arn:...:cluster/NAME` or `arn:...:service/CLUSTER/NAME`; a name is kept. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.split('/').at(-1) ?? nameOrArn;
}

function clientOf({ plan, runtime }: DriverContext): ApplicationAutoScalingClient {
  return runtime.client(ApplicationAutoScalingClient, plan.regions.standby);
}
