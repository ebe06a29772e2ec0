import type { DBInstance } from '@aws-sdk/client-rds';
import type { CodeChange, Comparison, Difference } from '../../../core/drift/difference.ts';
import { countOf } from '../../../core/text.ts';
import type { Plan } from '../../plan.ts';
import type { RdsReadReplica } from './schema.ts';

const differs = (difference: Difference): Comparison => ({ why: '', differences: [difference] });

/**
 * The replica was promoted, and the code still says whose replica it is. Terraform reads that it
 * follows nobody and wants to make it a replica again in place, which the provider refuses: `cannot
 * elect new source database for replication` (AWS provider, internal/service/rds/instance.go,
 * `replicate_source_db`, neither computed nor forcing a new resource; #16054). CloudFormation
 * replaces an instance whose SourceDBInstanceIdentifier is changed to another one
 * (aws-cloudformation-resource-providers-rds, isSourceDBInstanceIdentifierMutable), and ignores the
 * deletion policy of whatever has one (CloudFormation Template Reference, AWS::RDS::DBInstance).
 * `username`, `engine`, `kms_key_id` and `storage_encrypted` force a new resource (same provider).
 */
export function promoted(config: RdsReadReplica, plan: Plan, instance: DBInstance): Comparison {
  const { source } = config;
  const days = instance.BackupRetentionPeriod;
  const status = instance.DBInstanceStatus ?? 'unknown';
  const protection =
    instance.DeletionProtection === false ? ' Nothing protects it from deletion.' : '';
  return differs({
    danger: 'writer-at-risk',
    found: `it follows nobody: it was promoted (${status}).${backups(days)}${protection}`,
    before: `a replica of ${source} in ${plan.regions.primary}, by the plan`,
    apply:
      'Terraform stops at "cannot elect new source database for replication"; whoever forces it ' +
      'with -replace or taint destroys the writer. CloudFormation replaces the writer if the ' +
      'source becomes another one, and ignores its DeletionPolicy as long as a source is there.',
    change: changeOfWriter(config, days),
  });
}

/** Also for the old source: what never crossed is only there. */
function changeOfWriter({ replica, source }: RdsReadReplica, days: number | undefined): CodeChange {
  const retention = (words: string): string => (days === undefined ? '' : `, ${words}`);
  return {
    terraform: [
      `aws_db_instance ${replica}: take out replicate_source_db, and add no username, engine, ` +
        'kms_key_id or storage_encrypted that differs: those replace the instance.',
      `aws_db_instance ${replica}: deletion_protection = true, lifecycle { prevent_destroy = ` +
        `true }${retention(`backup_retention_period = ${kept(days)}`)}.`,
      `aws_db_instance ${source}: keep it, with deletion_protection = true: writes that never ` +
        'crossed are only there.',
    ],
    cloudFormation: [
      `AWS::RDS::DBInstance ${replica}: take out SourceDBInstanceIdentifier and SourceRegion. ` +
        'CloudFormation takes that for a promotion: read the change set first, and expect no ' +
        'replacement.',
      `AWS::RDS::DBInstance ${replica}: DeletionProtection true, DeletionPolicy and ` +
        `UpdateReplacePolicy Retain${retention(`BackupRetentionPeriod ${kept(days)}`)}.`,
      `AWS::RDS::DBInstance ${source}: keep it, with DeletionPolicy Retain: writes that never ` +
        'crossed are only there.',
    ],
    cdk: [
      `rds.DatabaseInstanceReadReplica ${replica}: keep the construct and its id, and take the ` +
        'source out of its CfnDBInstance: ' +
        "addPropertyDeletionOverride('SourceDBInstanceIdentifier'). " +
        'Another construct may have another logical id, which replaces the instance.',
      `rds.DatabaseInstanceReadReplica ${replica}: deletionProtection true, removalPolicy RETAIN` +
        `${retention(`backupRetention Duration.days(${kept(days)})`)}.`,
      `rds.DatabaseInstance ${source}: keep it, with removalPolicy RETAIN: writes that never ` +
        'crossed are only there.',
    ],
  };
}

/** None are kept of a replica, as a rule: a writer needs some. */
const kept = (days = 0): number => Math.max(days, 1);

function backups(days: number | undefined): string {
  if (days === undefined) return '';
  return days === 0
    ? ' Automated backups are off.'
    : ` Automated backups are kept for ${countOf(days, 'day')}.`;
}

/**
 * The old source follows somebody: failback is under way. Terraform promotes an instance that has a
 * source and whose code names none (AWS provider, internal/service/rds/instance.go: an empty
 * `replicate_source_db` that differs calls PromoteReadReplica).
 */
export function followed(config: RdsReadReplica, region: string, leader: string): Comparison {
  const { source } = config;
  return differs({
    danger: 'second-writer',
    found: `a replica of ${leader}`,
    before: `the writer, without a source, by the plan (${region})`,
    apply:
      'Terraform promotes it, because the code names no source: two databases take writes, and ' +
      'the failback begins anew. CloudFormation leaves it alone as long as its template does not change.',
    change: {
      terraform: [
        `aws_db_instance ${source}: replicate_source_db = "${leader}" until the failback promotes ` +
          'it; then take it out again.',
      ],
      cloudFormation: [
        `AWS::RDS::DBInstance ${source}: do not update it until the failback has promoted it. A ` +
          'SourceDBInstanceIdentifier that is added to it replaces it.',
      ],
      cdk: [`rds.DatabaseInstance ${source}: do not deploy it until the failback has promoted it.`],
    },
  });
}

/** The old source is gone under this name: renamed on the way back, or deleted. */
export function disappeared(config: RdsReadReplica, region: string): Comparison {
  const { source } = config;
  return differs({
    danger: 'second-writer',
    found: `there is no instance of this name in ${region}: it was renamed or deleted`,
    before: 'the writer, by the plan',
    apply:
      'Terraform makes an empty database of this name, or gives a renamed one its name back. The ' +
      'name is needed for the replica that goes back, and the data of the old one is kept.',
    change: {
      terraform: [
        `aws_db_instance ${source}: terraform state rm, and take it out of the code until the ` +
          'failback; never let it destroy the renamed one.',
      ],
      cloudFormation: [
        `AWS::RDS::DBInstance ${source}: DeletionPolicy Retain in one update, and only then take ` +
          'it out of the template.',
      ],
      cdk: [
        `rds.DatabaseInstance ${source}: removalPolicy RETAIN in one deployment, and only then ` +
          'take it out of the code.',
      ],
    },
  });
}
