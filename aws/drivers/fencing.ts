import type { Json } from '../../core/json.ts';
import type { Fencing } from '../plan.ts';
import type { DriverContext, FenceResult, FencingDriver } from './driver.ts';
import { edge } from './edge/driver.ts';
import { securityGroup } from './security-group/driver.ts';

/** A fencing driver with its section of the plan. */
export interface BoundFencing {
  snapshot(context: DriverContext): Promise<Json>;
  fence(context: DriverContext): Promise<FenceResult>;
  unfence(snapshot: Json, context: DriverContext): Promise<void>;
}

/** The driver for this section of the plan, by its `kind`. */
export function fencingDriver(config: Fencing): BoundFencing {
  switch (config.kind) {
    case 'securityGroup':
      return bind(securityGroup, config);
    case 'edge':
      return bind(edge, config);
  }
}

function bind<Config>(driver: FencingDriver<Config>, config: Config): BoundFencing {
  return {
    snapshot: (context) => driver.snapshot(config, context),
    fence: (context) => driver.fence(config, context),
    unfence: (snapshot, context) => driver.unfence(config, snapshot, context),
  };
}
