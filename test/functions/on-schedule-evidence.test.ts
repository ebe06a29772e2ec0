import { describe, expect, it } from '@jest/globals';
import { readLedger } from '../../aws/ledger.ts';
import { faultKinds } from './faults.ts';
import { failedOver } from './watch-bench.ts';

const SNAPSHOT = 'eu-west-1/failover-orders-primary-before-1';

describe('OnSchedule, once the old primary is fenced', () => {
  it('keeps nothing while the Region is gone, or before the fence holds', async () => {
    const bench = await failedOver();
    await bench.watch();
    bench.comesBack();
    bench.faults.inject('rejected', 1, 'RevokeSecurityGroupIngress');
    await bench.watch();
    expect([...bench.world.snapshots]).toStrictEqual([]);
  });

  it('has its data kept as a snapshot, and says so once', async () => {
    const { comesBack, rests, world, runtime, incident, subjects } = await failedOver();
    comesBack();
    expect(await rests()).toBe('nothing-left');
    expect([...world.snapshots]).toStrictEqual([[SNAPSHOT, 'available']]);
    const told = subjects().filter((subject) => subject.includes('kept as a snapshot'));
    expect(new Set(told).size).toBe(1);
    const lines = (await readLedger(runtime, incident.id)).map(({ what }) => what);
    expect(lines.filter((what) => what.startsWith('evidence'))).toStrictEqual([
      'evidence-asked',
      'evidence-kept',
    ]);
  });

  it('pages if the snapshot fails, and leaves it to people', async () => {
    const { comesBack, watch, rests, clock, world, subjects } = await failedOver();
    comesBack();
    await watch();
    // It was asked for, and would be ready by now.
    await clock.advance(5);
    world.snapshots.set(SNAPSHOT, 'failed');
    expect(await rests()).toBe('nothing-left');
    expect(subjects().some((subject) => subject.includes('is NOT KEPT'))).toBe(true);
  });

  it('says that it is lost where somebody has made a replica of it already', async () => {
    const { comesBack, rests, world, subjects } = await failedOver();
    comesBack();
    const old = world.databases.get('eu-west-1/orders-primary');
    if (old === undefined) throw new Error('no old primary');
    old.sourceId = 'arn:aws:rds:eu-central-1:111122223333:db:orders-standby';
    expect(await rests()).toBe('nothing-left');
    expect([...world.snapshots]).toStrictEqual([]);
    expect(subjects().some((subject) => subject.includes('is NOT KEPT'))).toBe(true);
  });

  it('says that it is lost where the old primary is gone, once that is sure', async () => {
    const { comesBack, watch, clock, world, subjects } = await failedOver();
    comesBack();
    world.databases.delete('eu-west-1/orders-primary');
    const isTold = () => subjects().some((subject) => subject.includes('is NOT KEPT'));
    await watch();
    for (let minute = 0; minute < 9; minute += 1) {
      await clock.advance(60);
      await watch();
    }
    expect(isTold()).toBe(false);
    await clock.advance(60);
    await watch();
    expect(isTold()).toBe(true);
    await clock.advance(60);
    expect(await watch()).toMatchObject({ ruleId: 'nothing-left' });
  });

  it('keeps it once, whatever fails on the way', async () => {
    const clean = await failedOver();
    clean.comesBack();
    await clean.watch();
    const before = clean.faults.calls.length;
    await clean.rests();
    const count = clean.faults.calls.length - before;
    expect(count).toBeGreaterThan(10);
    for (const kind of faultKinds) {
      for (let call = 1; call <= Math.min(count, 40); call += 1) {
        const bench = await failedOver();
        bench.comesBack();
        await bench.watch();
        bench.faults.inject(kind, call);
        await bench.clock.advance(60);
        await bench.watch().catch(() => undefined);
        bench.faults.revive();
        const found = { kind, call, ruleId: await bench.rests(), kept: [...bench.world.snapshots] };
        const kept = [[SNAPSHOT, 'available']];
        expect(found).toEqual({ kind, call, ruleId: 'nothing-left', kept });
      }
    }
  }, 60_000);
});
