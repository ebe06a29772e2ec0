import type { CreateDBInstanceReadReplicaMessage, DBInstance } from '@aws-sdk/client-rds';

/** From here on gp3 takes figures for its storage, and refuses them below (RDS User Guide, gp3). */
const STRIPED_GIB = 400;

type Settings = Omit<CreateDBInstanceReadReplicaMessage, 'DBInstanceIdentifier'>;

/**
 * What RDS takes from no source in another Region: as the instance has it that is kept. Without its
 * parameter group, which RDS refuses here.
 */
export function settingsOf(kept: DBInstance, source: DBInstance): Settings {
  const groups = (kept.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  const logs = kept.EnabledCloudwatchLogsExports ?? [];
  return {
    ...given({
      DBInstanceClass: kept.DBInstanceClass,
      ...storageOf(kept, source),
      MaxAllocatedStorage: kept.MaxAllocatedStorage,
      KmsKeyId: kept.KmsKeyId,
      DBSubnetGroupName: kept.DBSubnetGroup?.DBSubnetGroupName,
      VpcSecurityGroupIds: groups.length === 0 ? undefined : groups,
      Port: kept.Endpoint?.Port,
      // Without it nobody gets in who has no password.
      EnableIAMDatabaseAuthentication: kept.IAMDatabaseAuthenticationEnabled,
      EnableCloudwatchLogsExports: logs.length === 0 ? undefined : logs,
    }),
    MultiAZ: kept.MultiAZ ?? false,
    PubliclyAccessible: kept.PubliclyAccessible ?? false,
    DeletionProtection: true,
    CopyTagsToSnapshot: kept.CopyTagsToSnapshot ?? false,
    AutoMinorVersionUpgrade: kept.AutoMinorVersionUpgrade ?? false,
  };
}

/** The replica is as large as its source: the figures of what is kept may be for another size. */
function storageOf(
  { StorageType, Iops, StorageThroughput, ...kept }: DBInstance,
  source: DBInstance,
) {
  if (StorageType !== 'gp3') return { StorageType, Iops };
  const isStriped = [kept, source].every(
    ({ AllocatedStorage = 0 }) => AllocatedStorage >= STRIPED_GIB,
  );
  return isStriped ? { StorageType, Iops, StorageThroughput } : { StorageType };
}

/** Without what is undefined. */
function given(settings: {
  readonly [Key in keyof Settings]?: Settings[Key] | undefined;
}): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
