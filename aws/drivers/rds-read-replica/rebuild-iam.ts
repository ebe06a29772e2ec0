import type { IamStatement } from '../driver.ts';
import type { Plan } from '../../plan.ts';
import { inRegion } from '../statements.ts';
import { keptPatterns } from './kept-names.ts';
import type { RdsReadReplica } from './schema.ts';

/** What making a replica needs where an old writer is; that cannot be deleted with it. */
export function rebuildIam(config: RdsReadReplica, { regions }: Plan): readonly IamStatement[] {
  const { source, replica } = config;
  const arn = (region: string, what: string): string =>
    `arn:\${AWS::Partition}:rds:${region}:\${AWS::AccountId}:${what}`;
  const kept = keptPatterns(replica);
  const old = arn(regions.standby, `db:${replica}`);
  return [
    inRegion(
      regions.standby,
      ['rds:DescribeDBSnapshots'],
      'Describing is granted for all, so that a missing snapshot is told from a denied one.',
    ),
    {
      actions: ['rds:CreateDBSnapshot'],
      resources: [old, arn(regions.standby, `snapshot:${kept.snapshot}`)],
      because: 'The snapshot is named after the promotion that made the instance an old one.',
    },
    {
      actions: ['rds:ModifyDBInstance'],
      resources: [old, arn(regions.standby, `db:${kept.instance}`), arn(regions.standby, 'pg:*')],
      because:
        'The old instance is named after the promotion that made it an old one; the parameter group ' +
        'is the one that it has when it is replaced.',
    },
    {
      actions: ['rds:CreateDBInstanceReadReplica'],
      resources: [
        old,
        arn(regions.primary, `db:${source}`),
        ...['pg', 'og', 'subgrp'].map((kind) => arn(regions.standby, `${kind}:*`)),
      ],
      because: 'The groups are those that the old instance has when it is replaced.',
    },
  ];
}

/** What keeping an old primary as a snapshot needs, in the Region where it is. */
export function evidenceIam(config: RdsReadReplica, plan: Plan): readonly IamStatement[] {
  const { primary, standby } = plan.regions;
  const mirrored = { ...config, source: config.replica, replica: config.source };
  const kept = /^rds:(DescribeDBSnapshots|CreateDBSnapshot)$/;
  return [
    inRegion(
      primary,
      ['rds:DescribeDBInstances'],
      'Describing is granted for all, so that a missing instance is told from a denied one.',
    ),
    ...rebuildIam(mirrored, { ...plan, regions: { primary: standby, standby: primary } }).filter(
      ({ actions }) => actions.every((action) => kept.test(action)),
    ),
  ];
}
