import type { Traffic } from '../plan.ts';
import type { DriftContext, DriftSubject } from './driver.ts';
import { healthCheckMarkerDrift } from './health-check-marker/drift.ts';
import { route53RecordDrift } from './route53-record/drift.ts';

/** What a traffic driver's changes leave, by its `kind`. */
export function trafficDrift(config: Traffic, context: DriftContext): readonly DriftSubject[] {
  switch (config.kind) {
    case 'healthCheckMarker':
      return healthCheckMarkerDrift(config, context);
    case 'route53Record':
      return route53RecordDrift(config, context);
  }
}
