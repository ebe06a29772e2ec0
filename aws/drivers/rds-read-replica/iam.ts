import type { DriverIam } from '../driver.ts';
import { inRegion } from '../statements.ts';
import type { RdsReadReplica } from './schema.ts';

/** What reading and promoting the replica needs, all of it in the standby Region. */
export const rdsReadReplicaIam: DriverIam<RdsReadReplica> = {
  read: (_config, { regions }) => [
    inRegion(
      regions.standby,
      ['rds:DescribeDBInstances'],
      'Describing is granted for all, so that a missing instance is told from a denied one.',
    ),
    inRegion(
      regions.standby,
      ['cloudwatch:GetMetricStatistics'],
      'CloudWatch metrics have no resource-level permissions.',
    ),
  ],
  change: ({ replica }, { regions }) => [
    {
      actions: ['rds:PromoteReadReplica'],
      resources: [`arn:\${AWS::Partition}:rds:${regions.standby}:\${AWS::AccountId}:db:${replica}`],
    },
  ],
};
