import type { Traffic } from '../plan.ts';
import type { DriverIam } from './driver.ts';
import { healthCheckMarkerIam } from './health-check-marker/iam.ts';
import { route53RecordIam } from './route53-record/iam.ts';

/** What a traffic driver needs, by its `kind`. */
export const trafficIam: DriverIam<Traffic> = {
  read: (config, plan) =>
    config.kind === 'healthCheckMarker'
      ? healthCheckMarkerIam.read(config, plan)
      : route53RecordIam.read(config, plan),
  change: (config, plan) =>
    config.kind === 'healthCheckMarker'
      ? healthCheckMarkerIam.change(config, plan)
      : route53RecordIam.change(config, plan),
};
