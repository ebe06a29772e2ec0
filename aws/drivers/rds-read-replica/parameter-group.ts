import type { DBInstance } from '@aws-sdk/client-rds';

/** Groups of the engine's own; nobody else's may have a dot in its name. */
const isDefault = (name: string): boolean => name.startsWith('default.');

/** The parameter group that RDS shows for an instance, whether it applies by now or not. */
export function parameterGroupOf(instance: DBInstance): string | undefined {
  return instance.DBParameterGroups?.[0]?.DBParameterGroupName;
}

/** Whether an instance runs with the parameter group that RDS shows for it. */
export function isInSync(instance: DBInstance): boolean {
  return instance.DBParameterGroups?.[0]?.ParameterApplyStatus === 'in-sync';
}

/**
 * Whether a replica needs no other parameter group: RDS makes one of PostgreSQL in another Region
 * with the default group, and refuses any other (RDS API Reference, CreateDBInstanceReadReplica).
 * A group that people gave it meanwhile stays. What is not shown counts as missing.
 */
export function hasParameterGroup(replica: DBInstance, kept: DBInstance): boolean {
  const [own, wanted] = [parameterGroupOf(replica), parameterGroupOf(kept)];
  if (wanted === undefined || own === undefined) return false;
  return own === wanted || isDefault(wanted) || !isDefault(own);
}
