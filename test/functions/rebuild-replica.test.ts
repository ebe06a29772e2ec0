import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { rebuildReplica } from '../../functions/rebuild-replica.ts';
import {
  changes,
  expectTurn,
  KEPT,
  OLD,
  prepareRebuild,
  SNAPSHOT,
  untilFollowing,
  untilRule,
} from './rebuild-bench.ts';
import { switchName, takeOver } from './support.ts';
import { movingThere, STANDBY } from './switchover-bench.ts';

describe('RebuildReplica refuses', () => {
  it.each([
    ['no database', { database: undefined }],
    ['a beginning that is no instant', { startedAt: 'now' }],
    ['a field that nobody knows', { force: true }],
  ])('malformed input: %s', async (_, change) => {
    const bench = await prepareRebuild();
    const refused = bench.run(rebuildReplica, { ...bench.input, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('when another incident holds the lock', async () => {
    const bench = await prepareRebuild();
    await takeOver(bench, bench.incident);
    await expect(bench.turn()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it.each([0, 1, 2])(
    'to change anything while the plan is paused, after %s changes',
    async (done) => {
      const bench = await prepareRebuild();
      for (let turn = 0; turn < done; turn += 1) {
        await bench.turn();
        await bench.clock.advance(5);
      }
      const before = bench.counts();
      bench.world.parameters.set(switchName, 'paused');
      await expect(bench.turn()).rejects.toMatchObject({ name: 'NotReadyError' });
      expect(bench.counts()).toEqual(before);
    },
  );

  it.each(['failed', 'stopped', 'incompatible-restore'])(
    'an old instance that is %s, and leaves it alone',
    async (status) => {
      const bench = await prepareRebuild();
      bench.old.status = status;
      await expect(bench.turn()).rejects.toMatchObject({ name: 'NotReadyError' });
      expect(bench.counts()).toEqual([0, 0, 0]);
    },
  );

  it('an instance that follows another one', async () => {
    const bench = await prepareRebuild();
    bench.old.sourceId = 'arn:aws:rds:us-east-1:111122223333:db:else';
    await expect(bench.turn()).rejects.toThrow('follows another one than the plan says');
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to make one where there is nothing to copy', async () => {
    const bench = await prepareRebuild();
    bench.world.databases.delete(OLD);
    await expect(bench.turn()).rejects.toThrow('Create the replica by hand');
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to rename without a snapshot: one that failed ends it', async () => {
    const bench = await prepareRebuild();
    await expectTurn(bench, 'preserve');
    bench.world.snapshots.set(SNAPSHOT, 'failed');
    await expect(bench.turn()).rejects.toThrow('Nothing was replaced.');
    expect(bench.counts()).toEqual([1, 0, 0]);
  });

  it('to go on after the deadline', async () => {
    const bench = await prepareRebuild();
    await bench.clock.advance(40_001);
    await expect(bench.turn()).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringContaining('orders-primary is available.'),
    });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to take an unreadable control plane for an empty one', async () => {
    const bench = await prepareRebuild();
    bench.faults.always('rejected', 'DescribeDBSnapshots');
    await expect(bench.turn()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });
});

describe('RebuildReplica', () => {
  it('changes nothing where a replica follows already', async () => {
    const bench = await movingThere();
    const [database] = bench.plan.databases;
    const input = { ...bench.input, database, startedAt: bench.at() };
    const result = await bench.run(rebuildReplica, input);
    expect(result).toMatchObject({ id: 'orders', follows: true, ruleId: 'follows', kept: null });
    expect(changes.map((name) => bench.faults.count(name))).toEqual([0, 0, 0]);
  });

  it('keeps the old instance as a snapshot, renames it, and makes the replica: in this order', async () => {
    const bench = await prepareRebuild();
    await expectTurn(bench, 'preserve', 0);
    await expectTurn(bench, 'changing');
    await expectTurn(bench, 'rename', 0);
    await expectTurn(bench, 'changing');
    await expectTurn(bench, 'create', 0);
    await expectTurn(bench, 'becoming');
    const result = await untilFollowing(bench);
    expect(result.kept).toBe('orders-primary-before-1');
    expect(bench.counts()).toEqual([1, 2, 1]);
    expect(bench.world.databases.get(KEPT)).toBe(bench.old);
    expect(bench.world.snapshots.get(SNAPSHOT)).toBe('available');
  });

  it('gives the replica what the old instance had, not what the writer has', async () => {
    const bench = await prepareRebuild();
    await untilFollowing(bench);
    const replica = bench.world.databases.get(OLD);
    expect(replica?.settings).toEqual(bench.old.settings);
    expect(replica?.sourceId).toBe(`arn:aws:rds:${STANDBY}:111122223333:db:orders-standby`);
    expect(replica?.settings).not.toEqual(
      bench.world.databases.get(`${STANDBY}/orders-standby`)?.settings,
    );
  });

  it('makes it with the group that RDS gives, and is done when RDS shows that of the old one', async () => {
    const bench = await prepareRebuild();
    const replica = () => bench.world.databases.get(OLD);
    await untilRule(bench, 'configure');
    expect(bench.counts()).toEqual([1, 2, 1]);
    expect(replica()?.sourceId).toBeDefined();
    expect(await bench.turn()).toMatchObject({ ruleId: 'becoming', follows: false });
    await bench.clock.advance(5);
    // Its parameters apply with the next reboot, and the replica is not rebooted for it.
    const done = { ruleId: 'follows', follows: true, isToReboot: true };
    expect(await bench.turn()).toMatchObject(done);
    expect(replica()).toMatchObject({
      settings: { parameterGroup: bench.old.settings.parameterGroup },
      parameters: 'pending-reboot',
    });
    expect(await bench.turn()).toMatchObject(done);
    expect(bench.counts()).toEqual([1, 2, 1]);
  });

  it('configures what an earlier run made, and leaves alone what people gave it since', async () => {
    const bench = await prepareRebuild();
    await untilFollowing(bench);
    const replica = bench.world.databases.get(OLD);
    if (replica === undefined) throw new Error('no replica');
    const { settings } = replica;
    replica.settings = { ...settings, parameterGroup: 'from-people' };
    expect(await bench.turn()).toMatchObject({ follows: true });
    replica.settings = { ...settings, parameterGroup: 'default.postgres16' };
    await bench.clock.advance(601);
    expect(await bench.turn()).toMatchObject({ ruleId: 'configure', follows: false });
    await bench.clock.advance(5);
    expect(replica.settings).toEqual(settings);
  });

  it('gives up at the deadline where RDS never shows the group', async () => {
    const bench = await prepareRebuild();
    await untilRule(bench, 'create');
    bench.faults.always('rejected', 'ModifyDBInstance');
    await bench.clock.advance(5000);
    await expect(bench.turn()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await bench.clock.advance(40_000);
    await expect(bench.turn()).rejects.toMatchObject({ name: 'DeadlineExceededError' });
  });

  it('tells in the ledger of each change, by names', async () => {
    const bench = await prepareRebuild();
    await untilFollowing(bench);
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    const told = ledger.filter(({ what }) => what.startsWith('replica-'));
    expect(told.map(({ what }) => what)).toEqual([
      'replica-preserve',
      'replica-rename',
      'replica-create',
      'replica-configure',
    ]);
    expect(told[1]?.entry).toMatchObject({ instance: 'orders-primary-before-1' });
  });
});
