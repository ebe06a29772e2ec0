import { ServiceNotFoundException } from '@aws-sdk/client-ecs';
import * as z from 'zod';
import { fleetKeys } from '../world/fleet.ts';
import { fleetsIn } from '../world/world.ts';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

/** ECS: a service's desired count; a missing service comes in `failures`. */
export const ecs: Service = {
  ...modelled(
    'DescribeServicesCommand',
    z.strictObject({ cluster: z.string(), services: z.array(z.string()) }),
    ({ cluster, services }, { world, region }) => {
      const found = services.map((name) => ({
        name,
        fleet: fleetsIn(world, region).get(fleetKeys.service(cluster, name)),
      }));
      return {
        services: found.flatMap(({ name, fleet }) =>
          fleet === undefined
            ? []
            : [
                {
                  serviceName: name,
                  status: 'ACTIVE',
                  desiredCount: fleet.desired,
                  runningCount: fleet.running,
                  pendingCount: Math.max(0, fleet.desired - fleet.running),
                  events: fleet.failures.map(({ at, words }) => ({
                    createdAt: at,
                    message: words,
                  })),
                },
              ],
        ),
        failures: found.flatMap(({ name, fleet }) =>
          fleet === undefined ? [{ arn: name, reason: 'MISSING' }] : [],
        ),
      };
    },
  ),

  ...modelled(
    'UpdateServiceCommand',
    z.strictObject({ cluster: z.string(), service: z.string(), desiredCount: z.int() }),
    ({ cluster, service, desiredCount }, { world, region }) => {
      const fleet = fleetsIn(world, region).get(fleetKeys.service(cluster, service));
      if (fleet === undefined) {
        throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
      }
      fleet.wish(desiredCount);
      return { service: { serviceName: service, desiredCount } };
    },
  ),
};
