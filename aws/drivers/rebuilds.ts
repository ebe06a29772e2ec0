import type { KeptNames } from '../../core/switchover/rebuild.ts';
import type { Database } from '../plan.ts';
import type { DriverContext } from './driver.ts';
import type { FoundRebuild } from './rebuild-driver.ts';
import { rebuildReadReplica } from './rds-read-replica/rebuild.ts';

/** A driver that makes replicas again, with its section of the plan. */
export interface BoundRebuild {
  readonly names: KeptNames;
  find(context: DriverContext): Promise<FoundRebuild>;
  preserve(context: DriverContext): Promise<void>;
  rename(context: DriverContext): Promise<void>;
  create(context: DriverContext): Promise<void>;
  configure(context: DriverContext): Promise<void>;
}

/** The driver for this section of the plan; see `databaseDriver` for a second kind. */
export function rebuildDriver(config: Database, promotedBy: string | undefined): BoundRebuild {
  const driver = rebuildReadReplica;
  const names = driver.names(config, promotedBy);
  return {
    names,
    find: (context) => driver.find(config, names, context),
    preserve: (context) => driver.preserve(config, names, context),
    rename: (context) => driver.rename(config, names, context),
    create: (context) => driver.create(config, names, context),
    configure: (context) => driver.configure(config, names, context),
  };
}
