import type { Json } from '../../core/json.ts';
import type { Traffic } from '../plan.ts';
import type { DriverContext, TrafficDriver } from './driver.ts';
import { healthCheckMarker } from './health-check-marker/driver.ts';
import { route53Record } from './route53-record/driver.ts';

/** A traffic driver with its section of the plan. */
export interface BoundTraffic {
  snapshot(context: DriverContext): Promise<Json>;
  switchToStandby(context: DriverContext): Promise<void>;
  settled(
    snapshot: Json,
    context: DriverContext,
  ): Promise<{ readonly settled: boolean; readonly why: string }>;
  restore(snapshot: Json, context: DriverContext): Promise<void>;
}

/** The driver for this section of the plan, by its `kind`. */
export function trafficDriver(config: Traffic): BoundTraffic {
  switch (config.kind) {
    case 'healthCheckMarker':
      return bind(healthCheckMarker, config);
    case 'route53Record':
      return bind(route53Record, config);
  }
}

function bind<Config>(driver: TrafficDriver<Config>, config: Config): BoundTraffic {
  return {
    snapshot: (context) => driver.snapshot(config, context),
    switchToStandby: (context) => driver.switchToStandby(config, context),
    settled: (snapshot, context) => driver.settled(config, snapshot, context),
    restore: (snapshot, context) => driver.restore(config, snapshot, context),
  };
}
