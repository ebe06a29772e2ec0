import type { Database, Plan } from './plan.ts';

/** A database of a plan, and the plan as far as Regions go. */
export interface Sided {
  readonly plan: Plan;
  readonly database: Database;
}

/**
 * A database as it is seen from the other Region: where the source is, there is the replica. Only
 * what drivers of databases look at is exchanged; `reversePlan` gives a plan that can be run.
 */
export function otherSide({ plan, database }: Sided): Sided {
  const { primary, standby } = plan.regions;
  const { source, replica } = database;
  return {
    plan: { ...plan, regions: { primary: standby, standby: primary } },
    database: { ...database, source: replica, replica: source },
  };
}
