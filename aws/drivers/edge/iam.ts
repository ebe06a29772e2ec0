import type { Plan, Traffic } from '../../plan.ts';
import type { DriverIam } from '../driver.ts';
import { trafficIam } from '../traffic-iam.ts';
import type { Edge } from './schema.ts';

/** What the traffic driver that this fence uses needs. */
export const edgeIam: DriverIam<Edge> = {
  read: (config, plan) => trafficOf(config, plan).flatMap((one) => trafficIam.read(one, plan)),
  change: (config, plan) => trafficOf(config, plan).flatMap((one) => trafficIam.change(one, plan)),
};

function trafficOf({ traffic }: Edge, plan: Plan): readonly Traffic[] {
  return plan.traffic.filter(({ id }) => id === traffic);
}
