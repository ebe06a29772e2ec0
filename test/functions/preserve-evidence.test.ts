import { describe, expect, it } from '@jest/globals';
import { isEvidenceLost } from '../../aws/evidence.ts';
import { readWatched } from '../../aws/old-primary.ts';
import { preserveEvidence } from '../../functions/preserve-evidence.ts';
import { reconciling } from './reconcile-bench.ts';
import { takeOver } from './support.ts';
import { faultKinds } from './faults.ts';
import { persist } from './sweep.ts';

const SNAPSHOT = 'eu-west-1/failover-orders-primary-before-1';

async function fenced() {
  const bench = await reconciling();
  await bench.fence();
  return bench;
}

describe('PreserveEvidence refuses', () => {
  it('malformed input', async () => {
    const { run, input, world } = await fenced();
    const refused = run(preserveEvidence, { ...input, startedAt: 'now' });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(world.snapshots.size).toBe(0);
  });

  it('when another incident holds the lock, and makes no snapshot', async () => {
    const bench = await fenced();
    await takeOver(bench, bench.incident);
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.world.snapshots.size).toBe(0);
  });

  it('an old primary that became a replica, and one whose snapshot failed: they are lost', async () => {
    const bench = await fenced();
    const old = bench.world.databases.get('eu-west-1/orders-primary');
    if (old === undefined) throw new Error('no old primary');
    old.sourceId = 'arn:aws:rds:eu-central-1:111122223333:db:orders-standby';
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'NotReadyError' });
    const other = await fenced();
    await other.preserve();
    await other.clock.advance(1);
    other.world.snapshots.set(SNAPSHOT, 'failed');
    await expect(other.preserve()).rejects.toMatchObject({ name: 'NotReadyError' });
    // Also when it is asked again: nobody forgets that it is lost.
    await expect(other.preserve()).rejects.toMatchObject({ name: 'NotReadyError' });
  });

  it('an old primary that is gone for ten minutes, and not before', async () => {
    const bench = await fenced();
    bench.world.databases.delete('eu-west-1/orders-primary');
    for (let minute = 0; minute < 10; minute += 1) {
      expect(await bench.preserve()).toMatchObject({ preserved: false });
      await bench.clock.advance(60);
    }
    await expect(bench.preserve()).rejects.toThrow('not there any more');
    expect(bench.subjects().some((each) => each.includes('is NOT KEPT'))).toBe(true);
  });

  it('to wait for longer than six hours', async () => {
    const bench = await fenced();
    await bench.preserve();
    await bench.clock.advance(6 * 3600 + 60);
    bench.world.snapshots.set(SNAPSHOT, 'creating');
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'DeadlineExceededError' });
  });
});

describe('PreserveEvidence', () => {
  it('asks once, waits, and is done when the snapshot is available', async () => {
    const bench = await fenced();
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    await bench.clock.advance(1);
    bench.world.snapshots.set(SNAPSHOT, 'creating');
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    bench.world.snapshots.set(SNAPSHOT, 'available');
    expect(await bench.preserve()).toMatchObject({ preserved: true });
    expect(bench.faults.count('CreateDBSnapshot')).toBe(1);
  });

  it('counts anew where the old primary was there in between, and takes no error for absence', async () => {
    const bench = await fenced();
    const { databases } = bench.world;
    const name = 'eu-west-1/orders-primary';
    const old = databases.get(name);
    if (old === undefined) throw new Error('no old primary');
    databases.delete(name);
    await bench.preserve();
    await bench.clock.advance(300);
    databases.set(name, { ...old, status: 'starting' });
    await bench.preserve();
    await bench.clock.advance(300);
    databases.delete(name);
    await bench.preserve();
    await bench.clock.advance(599);
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    bench.world.unreachable.add('eu-west-1');
    await bench.clock.advance(600);
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'UnreachableError' });
    bench.world.unreachable.clear();
    databases.set(name, old);
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    expect(bench.world.snapshots.size).toBe(1);
  });

  it('takes two looks that are far apart for no absence in between', async () => {
    const bench = await fenced();
    bench.world.databases.delete('eu-west-1/orders-primary');
    await bench.preserve();
    await bench.clock.advance(3600);
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    await bench.clock.advance(300);
    expect(await bench.preserve()).toMatchObject({ preserved: false });
    await bench.clock.advance(300);
    await expect(bench.preserve()).rejects.toThrow('not there any more');
  });

  it('says it again where a snapshot is there after all', async () => {
    const bench = await fenced();
    bench.world.snapshots.set(SNAPSHOT, 'failed');
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'NotReadyError' });
    const watched = await readWatched(bench.runtime, bench.incident.planned?.after ?? '');
    if (watched === undefined) throw new Error('no failover');
    expect(await isEvidenceLost(bench.runtime, watched)).toBe(true);
    await bench.clock.advance(60);
    bench.world.snapshots.set(SNAPSHOT, 'available');
    const told = (): number =>
      bench.subjects().filter((each) => each.includes('is kept as a snapshot')).length;
    expect(await bench.preserve()).toMatchObject({ preserved: true });
    const once = told();
    expect(once).toBeGreaterThan(0);
    expect(await bench.preserve()).toMatchObject({ preserved: true });
    expect(told()).toBe(once);
    expect(await isEvidenceLost(bench.runtime, watched)).toBe(false);
    // And where the only snapshot goes after all.
    await bench.clock.advance(60);
    bench.world.snapshots.set(SNAPSHOT, 'failed');
    const lost = (): number =>
      bench.subjects().filter((each) => each.includes('is NOT KEPT')).length;
    const before = lost();
    await expect(bench.preserve()).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(lost()).toBe(2 * before);
    expect(await isEvidenceLost(bench.runtime, watched)).toBe(true);
  });

  it('keeps it once, and says so, whatever fails once', async () => {
    const finish = async (bench: Awaited<ReturnType<typeof fenced>>): Promise<boolean> => {
      for (let turn = 0; turn < 6; turn += 1) {
        if ((await persist(bench, bench.preserve)).preserved) return true;
        await bench.clock.advance(300);
      }
      return false;
    };
    const clean = await fenced();
    const before = clean.faults.calls.length;
    expect(await finish(clean)).toBe(true);
    const calls = clean.faults.calls.length - before;
    expect(calls).toBeGreaterThan(10);
    for (const kind of faultKinds) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const bench = await fenced();
        bench.faults.inject(kind, nth);
        expect([kind, nth, await finish(bench)]).toEqual([kind, nth, true]);
        expect([...bench.world.snapshots]).toEqual([[SNAPSHOT, 'available']]);
        expect(bench.subjects().join()).toContain('is kept as a snapshot');
      }
    }
  }, 120_000);
});
