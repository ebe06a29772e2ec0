import type { CreateDBInstanceReadReplicaMessage, DBInstance } from '@aws-sdk/client-rds';

/** From here on gp3 takes figures for its storage, and refuses them below (RDS User Guide, gp3). */
const STRIPED_GIB = 400;

type Settings = Omit<CreateDBInstanceReadReplicaMessage, 'DBInstanceIdentifier'>;

/** What RDS takes from no source in another Region: as the instance has it that is kept. */
export function settingsOf(kept: DBInstance): Settings {
  const groups = (kept.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId: id }) => id ?? []);
  const logs = kept.EnabledCloudwatchLogsExports ?? [];
  return {
    ...given({
      DBInstanceClass: kept.DBInstanceClass,
      ...storageOf(kept),
      MaxAllocatedStorage: kept.MaxAllocatedStorage,
      KmsKeyId: kept.KmsKeyId,
      DBSubnetGroupName: kept.DBSubnetGroup?.DBSubnetGroupName,
      DBParameterGroupName: kept.DBParameterGroups?.[0]?.DBParameterGroupName,
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

function storageOf({ StorageType, Iops, StorageThroughput, AllocatedStorage = 0 }: DBInstance) {
  if (StorageType !== 'gp3') return { StorageType, Iops };
  return AllocatedStorage < STRIPED_GIB
    ? { StorageType }
    : { StorageType, Iops, StorageThroughput };
}

/** Without what is undefined. */
function given(settings: {
  readonly [Key in keyof Settings]?: Settings[Key] | undefined;
}): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
