import {
  CreateDBInstanceReadReplicaCommand,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  PromoteReadReplicaCommand,
  RDSClient,
} from '@aws-sdk/client-rds';
import { describe, expect, it } from '@jest/globals';
import { healthyBench, PRIMARY, STANDBY } from '../../functions/switchover-bench.ts';

const REPLICA = 'orders-standby';

/** RDS of the standby Region in a world in which nothing happened yet. */
function prepare() {
  const bench = healthyBench();
  const rds = bench.runtime.client(RDSClient, STANDBY);
  const group = async (id: string) => {
    const shown = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
    const [found] = shown.DBInstances?.[0]?.DBParameterGroups ?? [];
    return [found?.DBParameterGroupName, found?.ParameterApplyStatus];
  };
  const replica = {
    DBInstanceIdentifier: 'another-replica',
    SourceDBInstanceIdentifier: `arn:aws:rds:${PRIMARY}:111122223333:db:orders-primary`,
    DBInstanceClass: 'db.r6g.large',
    DBSubnetGroupName: 'subnets',
    VpcSecurityGroupIds: ['sg-1'],
    ...{ Port: 5432, MultiAZ: false, PubliclyAccessible: false, DeletionProtection: true },
    ...{ CopyTagsToSnapshot: false, AutoMinorVersionUpgrade: false },
  };
  return { ...bench, rds, group, replica };
}

describe('the simulated RDS', () => {
  it('refuses a parameter group for a replica of PostgreSQL, and makes nothing', async () => {
    const { rds, replica, world } = prepare();
    const input = { ...replica, DBParameterGroupName: 'ours' };
    const refused = rds.send(new CreateDBInstanceReadReplicaCommand(input));
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
      message: expect.stringContaining("can't be specified during Read Replica creation"),
    });
    expect(world.databases.size).toBe(2);
  });

  it('makes a replica with the default group, whatever its source has', async () => {
    const { rds, replica, group } = prepare();
    await rds.send(new CreateDBInstanceReadReplicaCommand(replica));
    expect(await group('another-replica')).toEqual(['default.postgres16', 'in-sync']);
  });

  it('shows another group at once, and applies it with the reboot of a promotion', async () => {
    const { rds, clock, group } = prepare();
    const id = { DBInstanceIdentifier: REPLICA };
    const change = { ...id, DBParameterGroupName: 'ours', ApplyImmediately: false };
    await rds.send(new ModifyDBInstanceCommand(change));
    expect(await group(REPLICA)).toEqual(['ours', 'applying']);
    const again = rds.send(new ModifyDBInstanceCommand(change));
    await expect(again).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' });
    await clock.advance(3);
    expect(await group(REPLICA)).toEqual(['ours', 'pending-reboot']);
    await rds.send(new PromoteReadReplicaCommand(id));
    expect(await group(REPLICA)).toEqual(['ours', 'pending-reboot']);
    await clock.advance(3600);
    expect(await group(REPLICA)).toEqual(['ours', 'in-sync']);
  });
});
