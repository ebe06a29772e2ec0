import * as z from 'zod';
import { fleetsIn } from '../world/world.ts';
import type { Service } from './service.ts';
import { modelled, serviceError } from './service.ts';

/** Target groups: a unit that runs is a healthy target. */
export const elasticLoadBalancing: Service = modelled(
  'DescribeTargetHealthCommand',
  z.strictObject({ TargetGroupArn: z.string() }),
  ({ TargetGroupArn }, { world, region }) => {
    const fleets = [...fleetsIn(world, region).values()].filter(
      ({ targetGroup }) => targetGroup === TargetGroupArn,
    );
    if (fleets.length === 0) throw serviceError('TargetGroupNotFound', `No ${TargetGroupArn}.`);
    const running = fleets.reduce((sum, fleet) => sum + fleet.running, 0);
    return {
      TargetHealthDescriptions: Array.from({ length: running }, (_, index) => ({
        Target: { Id: `i-${index}` },
        TargetHealth: { State: 'healthy' },
      })),
    };
  },
);
