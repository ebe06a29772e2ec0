import type { Json } from '../../core/json.ts';
import type { Compute } from '../plan.ts';
import { autoScalingGroup } from './auto-scaling-group/driver.ts';
import type { Capacity, ComputeDriver, DriverContext } from './driver.ts';
import { ecsService } from './ecs-service/driver.ts';

/** A compute driver with its section of the plan. */
export interface BoundCompute {
  snapshot(context: DriverContext): Promise<Json>;
  raise(context: DriverContext): Promise<void>;
  capacity(context: DriverContext): Promise<Capacity>;
  restore(snapshot: Json, context: DriverContext): Promise<void>;
}

/** The driver for this section of the plan, by its `kind`. */
export function computeDriver(config: Compute): BoundCompute {
  switch (config.kind) {
    case 'autoScalingGroup':
      return bind(autoScalingGroup, config);
    case 'ecsService':
      return bind(ecsService, config);
  }
}

function bind<Config>(driver: ComputeDriver<Config>, config: Config): BoundCompute {
  return {
    snapshot: (context) => driver.snapshot(config, context),
    raise: (context) => driver.raise(config, context),
    capacity: (context) => driver.capacity(config, context),
    restore: (snapshot, context) => driver.restore(config, snapshot, context),
  };
}
