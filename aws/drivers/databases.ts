import type { Database } from '../plan.ts';
import type {
  DatabaseDriver,
  DatabaseState,
  DriverContext,
  Endpoint,
  LagSample,
} from './driver.ts';
import { rdsReadReplica } from './rds-read-replica/driver.ts';

/** A database driver with its section of the plan. */
export interface BoundDatabase {
  read(context: DriverContext): Promise<DatabaseState>;
  promote(context: DriverContext): Promise<void>;
  lag(
    window: { readonly from: Date; readonly to: Date },
    context: DriverContext,
  ): Promise<readonly LagSample[]>;
  endpoint(context: DriverContext): Promise<Endpoint>;
}

/**
 * The driver for this section of the plan. There is one kind today: a second one makes this a
 * `switch` on `kind`, and the compiler asks for it.
 */
export function databaseDriver(config: Database): BoundDatabase {
  return bind(rdsReadReplica, config);
}

function bind<Config>(driver: DatabaseDriver<Config>, config: Config): BoundDatabase {
  return {
    read: (context) => driver.read(config, context),
    promote: (context) => driver.promote(config, context),
    lag: (window, context) => driver.lag(config, window, context),
    endpoint: (context) => driver.endpoint(config, context),
  };
}
