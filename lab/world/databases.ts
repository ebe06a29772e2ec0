import type { Plan } from '../../aws/plan.ts';
import type { Place } from './place.ts';

/** An RDS instance as its control plane tells of it. */
export interface DatabaseInstance {
  id: string;
  readonly region: string;
  status: string;
  sourceId: string | undefined;
  /** Settings of its own, which a replica of it in another Region does not have by itself. */
  settings: DatabaseSettings;
  /** Whether it runs with its parameter group, or with the one from before its next reboot. */
  parameters: 'in-sync' | 'applying' | 'pending-reboot';
}

/** What RDS takes for a new replica, and what else it would guess. */
export interface DatabaseSettings {
  readonly DBInstanceClass: string;
  readonly subnetGroup: string;
  readonly securityGroups: readonly string[];
  readonly parameterGroup: string;
}

/** What RDS gives a replica in another Region, whatever its source has. */
export const DEFAULT_GROUP = 'default.postgres16';

const ACCOUNT = '111122223333';

/** The ARN of an instance. */
export const arnOf = ({ id, region }: Pick<DatabaseInstance, 'id' | 'region'>): string =>
  `arn:aws:rds:${region}:${ACCOUNT}:db:${id}`;

/** Where an instance is reached: the name lasts as long as the identifier. */
export const addressOf = ({ id, region }: Pick<DatabaseInstance, 'id' | 'region'>): string =>
  `${id}.lab.${region}.rds.amazonaws.com`;

/** The instances of a plan, by Region and name: a writer in its primary Region, and its replica. */
export function createDatabases(plan: Plan): Map<string, DatabaseInstance> {
  const { primary, standby } = plan.regions;
  const make = (id: string, place: Place, sourceId: string | undefined): DatabaseInstance => ({
    ...{ id, region: plan.regions[place], status: 'available', sourceId },
    parameters: 'in-sync',
    settings: {
      DBInstanceClass: 'db.r6g.large',
      subnetGroup: `${place}-subnets`,
      securityGroups: [`sg-of-the-${place}`],
      parameterGroup: `${place}-parameters`,
    },
  });
  return new Map(
    plan.databases.flatMap(({ source, replica }): [string, DatabaseInstance][] => {
      const writer = make(source, 'primary', undefined);
      return [
        [`${primary}/${source}`, writer],
        [`${standby}/${replica}`, make(replica, 'standby', arnOf(writer))],
      ];
    }),
  );
}
