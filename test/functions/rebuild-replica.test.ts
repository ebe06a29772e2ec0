import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { rebuildReplica } from '../../functions/rebuild-replica.ts';
import type { FaultKind } from './faults.ts';
import { switchName, takeOver } from './support.ts';
import { persist } from './sweep.ts';
import { movingHome, movingThere, PRIMARY, STANDBY } from './switchover-bench.ts';

const OLD = `${PRIMARY}/orders-primary`;
const KEPT = `${PRIMARY}/orders-primary-before-1`;
const SNAPSHOT = `${PRIMARY}/failover-orders-primary-before-1`;
const changes = ['CreateDBSnapshot', 'ModifyDBInstance', 'CreateDBInstanceReadReplica'] as const;

async function prepare() {
  const bench = await movingHome();
  const [first] = bench.plan.databases;
  const database = { ...first, rebuildDeadlineSeconds: 40_000 };
  const input = { ...bench.input, database, startedAt: bench.at() };
  const old = bench.world.databases.get(OLD);
  if (old === undefined) throw new Error('no old primary');
  const counts = (): number[] => changes.map((name) => bench.faults.count(name));
  return { ...bench, old, input, counts, turn: () => bench.run(rebuildReplica, input) };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Calls the step as the state machine does, until the replica follows. */
async function untilFollowing(bench: Prepared) {
  for (let turn = 0; turn < 300; turn += 1) {
    const result = await persist(bench, bench.turn);
    if (result.follows) return result;
    await bench.clock.advance(result.waitSeconds);
  }
  throw new Error('never follows');
}

/** One turn that asks, or waits, by this rule. */
async function expectTurn(bench: Prepared, ruleId: string, seconds = 5): Promise<void> {
  expect(await bench.turn()).toMatchObject({ ruleId, follows: false });
  await bench.clock.advance(seconds);
}

describe('RebuildReplica refuses', () => {
  it.each([
    ['no database', { database: undefined }],
    ['a beginning that is no instant', { startedAt: 'now' }],
    ['a field that nobody knows', { force: true }],
  ])('malformed input: %s', async (_, change) => {
    const bench = await prepare();
    const refused = bench.run(rebuildReplica, { ...bench.input, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('when another incident holds the lock', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.turn()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it.each([0, 1, 2])('to change anything while the plan is paused, after %s changes', async (done) => {
    const bench = await prepare();
    for (let turn = 0; turn < done; turn += 1) {
      await bench.turn();
      await bench.clock.advance(5);
    }
    const before = bench.counts();
    bench.world.parameters.set(switchName, 'paused');
    await expect(bench.turn()).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(bench.counts()).toEqual(before);
  });

  it.each(['failed', 'stopped', 'incompatible-restore'])(
    'an old instance that is %s, and leaves it alone',
    async (status) => {
      const bench = await prepare();
      bench.old.status = status;
      await expect(bench.turn()).rejects.toMatchObject({ name: 'NotReadyError' });
      expect(bench.counts()).toEqual([0, 0, 0]);
    },
  );

  it('an instance that follows another one', async () => {
    const bench = await prepare();
    bench.old.sourceId = 'arn:aws:rds:us-east-1:111122223333:db:else';
    await expect(bench.turn()).rejects.toThrow('follows another one than the plan says');
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to make one where there is nothing to copy', async () => {
    const bench = await prepare();
    bench.world.databases.delete(OLD);
    await expect(bench.turn()).rejects.toThrow('Create the replica by hand');
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to rename without a snapshot: one that failed ends it', async () => {
    const bench = await prepare();
    await expectTurn(bench, 'preserve');
    bench.world.snapshots.set(SNAPSHOT, 'failed');
    await expect(bench.turn()).rejects.toThrow('Nothing was replaced.');
    expect(bench.counts()).toEqual([1, 0, 0]);
  });

  it('to go on after the deadline', async () => {
    const bench = await prepare();
    await bench.clock.advance(40_001);
    await expect(bench.turn()).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringContaining('orders-primary is available.'),
    });
    expect(bench.counts()).toEqual([0, 0, 0]);
  });

  it('to take an unreadable control plane for an empty one', async () => {
    const bench = await prepare();
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
    const bench = await prepare();
    await expectTurn(bench, 'preserve', 0);
    await expectTurn(bench, 'changing');
    await expectTurn(bench, 'rename', 0);
    await expectTurn(bench, 'changing');
    await expectTurn(bench, 'create', 0);
    await expectTurn(bench, 'becoming');
    const result = await untilFollowing(bench);
    expect(result.kept).toBe('orders-primary-before-1');
    expect(bench.counts()).toEqual([1, 1, 1]);
    expect(bench.world.databases.get(KEPT)).toBe(bench.old);
    expect(bench.world.snapshots.get(SNAPSHOT)).toBe('available');
  });

  it('gives the replica what the old instance had, not what the writer has', async () => {
    const bench = await prepare();
    await untilFollowing(bench);
    const replica = bench.world.databases.get(OLD);
    expect(replica?.settings).toEqual(bench.old.settings);
    expect(replica?.sourceId).toBe(`arn:aws:rds:${STANDBY}:111122223333:db:orders-standby`);
    expect(replica?.settings).not.toEqual(
      bench.world.databases.get(`${STANDBY}/orders-standby`)?.settings,
    );
  });

  it('tells in the ledger of each change, by names', async () => {
    const bench = await prepare();
    await untilFollowing(bench);
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    const told = ledger.filter(({ what }) => what.startsWith('replica-'));
    expect(told.map(({ what }) => what)).toEqual([
      'replica-preserve',
      'replica-rename',
      'replica-create',
    ]);
    expect(told[1]?.entry).toMatchObject({ instance: 'orders-primary-before-1' });
  });

  it.each(changes)('waits after %s was sent and never arrived, then asks again', async (command) => {
    const bench = await prepare();
    bench.faults.inject('request lost', 1, command);
    await untilFollowing(bench);
    expect(bench.faults.count(command)).toBe(2);
    expect([bench.world.snapshots.size, bench.world.databases.size]).toEqual([1, 3]);
  });

  it.each(['reply lost', 'crash after'] as const)(
    'makes nothing twice where each call has its effect, and %s',
    async (kind) => {
      const bench = await prepare();
      for (const command of changes) bench.faults.inject(kind, 1, command);
      await untilFollowing(bench);
      expect(bench.counts()).toEqual([1, 1, 1]);
    },
  );

  it('keeps the same whatever fails once, at every call of the way', async () => {
    const clean = await prepare();
    const before = clean.faults.calls.length;
    await untilFollowing(clean);
    const calls = clean.faults.calls.slice(before);
    const kinds: readonly FaultKind[] = ['reply lost', 'crash before'];
    // After the last change it only looks, again and again.
    const last = calls.findLastIndex(({ command }) => command.startsWith('CreateDBInstance'));
    expect(last).toBeGreaterThan(20);
    for (let nth = 1; nth <= last + 4; nth += 1) {
      for (const kind of kinds) {
        const bench = await prepare();
        bench.faults.inject(kind, nth);
        await untilFollowing(bench);
        const left = [[...bench.world.databases.keys()], [...bench.world.snapshots]];
        expect([kind, nth, bench.world.databases.get(KEPT) === bench.old, ...left]).toEqual([
          ...[kind, nth, true],
          ...[[...clean.world.databases.keys()], [...clean.world.snapshots]],
        ]);
      }
    }
  });
});
