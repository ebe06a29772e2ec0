import * as z from 'zod';
import { fleetsIn } from '../world/world.ts';
import type { Service } from './service.ts';
import { modelled, serviceError } from './service.ts';

const Dimension = z.literal('ecs:service:DesiredCount');

/** Application Auto Scaling: every service of the lab is a scalable target. */
export const applicationAutoScaling: Service = {
  ...modelled(
    'DescribeScalableTargetsCommand',
    z.strictObject({
      ServiceNamespace: z.literal('ecs'),
      ResourceIds: z.array(z.string()),
      ScalableDimension: Dimension.optional(),
    }),
    ({ ResourceIds }, { world, region }) => ({
      ScalableTargets: ResourceIds.flatMap((ResourceId) => {
        const fleet = fleetsIn(world, region).get(ResourceId);
        if (fleet === undefined) return [];
        return [{ ResourceId, MinCapacity: fleet.min, MaxCapacity: fleet.max }];
      }),
    }),
  ),

  ...modelled(
    'RegisterScalableTargetCommand',
    z.strictObject({
      ServiceNamespace: z.literal('ecs'),
      ResourceId: z.string(),
      ScalableDimension: Dimension,
      MinCapacity: z.int().optional(),
      MaxCapacity: z.int().optional(),
    }),
    ({ ResourceId, MinCapacity, MaxCapacity }, { world, region }) => {
      const fleet = fleetsIn(world, region).get(ResourceId);
      if (fleet === undefined) throw serviceError('ValidationException', `No ${ResourceId}.`);
      fleet.max = MaxCapacity ?? fleet.max;
      fleet.min = MinCapacity ?? fleet.min;
      // Updating a target pulls the count into its limits at once.
      const desired = Math.min(Math.max(fleet.desired, fleet.min), fleet.max);
      if (desired !== fleet.desired) fleet.wish(desired);
      return {};
    },
  ),
};
