import type { DriftDriver } from '../driver.ts';
import { trafficDrift } from '../traffic-drift.ts';
import { trafficOf } from './driver.ts';
import type { Edge } from './schema.ts';

/** The fence moves a traffic driver, and nothing else: what that changed is what differs. */
export const edgeDrift: DriftDriver<Edge> = (config, context) =>
  trafficDrift(trafficOf(config, context), context).map(({ what, compare }) => ({
    what: `${what}, which fence ${config.id} moves`,
    compare,
  }));
