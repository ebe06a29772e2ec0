import type { KeptNames, RebuildFacts } from '../../core/switchover/rebuild.ts';
import type { DriverContext } from './driver.ts';

/** What a driver knows of a replica that is to be there. */
export interface FoundRebuild extends Pick<
  RebuildFacts,
  'replica' | 'kept' | 'snapshot' | 'isConfigured' | 'words'
> {
  /** Whether what is set for the replica applies with its next reboot only, as far as is known. */
  readonly isToReboot: boolean;
}

/** A replica that can be made again where an old writer is. Nothing of that is deleted. */
export interface RebuildDriver<Config> {
  /** By what the old instance and its snapshot are kept. */
  names(config: Config, promotedBy: string | undefined): KeptNames;
  /** What there is. Changes nothing. */
  find(config: Config, names: KeptNames, context: DriverContext): Promise<FoundRebuild>;
  /** Asks for a snapshot of the old instance. Safe to repeat. */
  preserve(config: Config, names: KeptNames, context: DriverContext): Promise<void>;
  /** Gives the old instance its other name. The caller has seen the snapshot just before. */
  rename(config: Config, names: KeptNames, context: DriverContext): Promise<void>;
  /** Asks for the replica, with the settings of what is kept. Safe to repeat. */
  create(config: Config, names: KeptNames, context: DriverContext): Promise<void>;
  /** Gives a replica that follows what it could not be made with. Safe to repeat. */
  configure(config: Config, names: KeptNames, context: DriverContext): Promise<void>;
}
