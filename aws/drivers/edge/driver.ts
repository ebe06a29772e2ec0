import { describeError, InvalidInputError } from '../../../core/errors.ts';
import type { Traffic } from '../../plan.ts';
import type { DriverContext, FencingDriver } from '../driver.ts';
import { trafficDriver } from '../traffic.ts';
import type { BoundTraffic } from '../traffic.ts';
import type { Edge } from './schema.ts';

/**
 * Moves the clients away before promotion, by one of the plan's traffic drivers. Clients that
 * cache the old address, and connections that are open, still reach the old primary: the grade is
 * never better than `attempted`. Safe to repeat, as the traffic driver is.
 */
export const edge: FencingDriver<Edge> = {
  snapshot: (config, context) => driverOf(config, context).snapshot(context),

  /** A switch that failed is a grade with its reason, so that other fences are still tried. */
  async fence(config, context) {
    const traffic = driverOf(config, context);
    try {
      await traffic.switchToStandby(context);
    } catch (error) {
      const why = `The traffic could not be moved by ${config.traffic}. ${describeError(error)}`;
      return { grade: 'none', isComplete: false, why };
    }
    const left = 'clients that keep the old address are not';
    const why = `The traffic is being moved by ${config.traffic}; ${left}.`;
    return { grade: 'attempted', isComplete: true, why };
  },

  unfence: (config, snapshot, context) => driverOf(config, context).restore(snapshot, context),
};

/** The section of the traffic driver that this fence uses. @throws InvalidInputError */
export function trafficOf(config: Edge, { plan }: DriverContext): Traffic {
  const traffic = plan.traffic.find(({ id }) => id === config.traffic);
  if (traffic !== undefined) return traffic;
  throw new InvalidInputError(
    `The fence ${config.id} names the traffic driver ${config.traffic}, which is not in the plan.`,
  );
}

function driverOf(config: Edge, context: DriverContext): BoundTraffic {
  return trafficDriver(trafficOf(config, context));
}
