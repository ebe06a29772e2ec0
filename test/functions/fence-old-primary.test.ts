import { describe, expect, it } from '@jest/globals';
import { fenceOldPrimary } from '../../functions/fence-old-primary.ts';
import { reconciling } from './reconcile-bench.ts';
import { switchName, takeOver } from './support.ts';
import { faultKinds } from './faults.ts';
import { persist } from './sweep.ts';
import { forget } from './switchover-bench.ts';

describe('FenceOldPrimary refuses', () => {
  it.each([
    ['no beginning', { startedAt: 'now' }],
    ['a field that nobody knows', { force: true }],
  ])('malformed input: %s', async (_, change) => {
    const { run, input, startedAt, ingress } = await reconciling();
    const refused = run(fenceOldPrimary, { ...input, startedAt, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(ingress()).not.toEqual([]);
  });

  it('when another incident holds the lock', async () => {
    const bench = await reconciling();
    await takeOver(bench, bench.incident);
    await expect(bench.fence()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.ingress()).not.toEqual([]);
  });

  it('while the plan is paused, or the switch cannot be read', async () => {
    const bench = await reconciling();
    bench.world.parameters.set(switchName, 'paused');
    await expect(bench.fence()).rejects.toMatchObject({ name: 'NotReadyError' });
    bench.world.parameters.set(switchName, 'running');
    bench.faults.always('rejected', 'GetParameter');
    await expect(bench.fence()).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(bench.ingress()).not.toEqual([]);
  });

  it('a failover of which nothing is kept', async () => {
    const bench = await reconciling();
    forget({ world: bench.world, incident: bench.failover }, 'watched');
    await expect(bench.fence()).rejects.toThrow('is not known');
  });

  it('to wait for longer than an hour', async () => {
    const bench = await reconciling();
    bench.world.unreachable.add('eu-west-1');
    await bench.clock.advance(3600);
    expect(await bench.fence()).toMatchObject({ fenced: false });
    await bench.clock.advance(60);
    await expect(bench.fence()).rejects.toMatchObject({
      ...{ name: 'DeadlineExceededError', message: expect.stringContaining('Not complete: ') },
    });
  });
});

describe('FenceOldPrimary', () => {
  it('waits while the Region is still gone, ever longer, and tells nobody of it', async () => {
    const bench = await reconciling();
    bench.world.unreachable.add('eu-west-1');
    const told = bench.world.deliveries.length;
    const first = await bench.fence();
    await bench.clock.advance(600);
    const later = await bench.fence();
    expect([first.fenced, later.fenced]).toEqual([false, false]);
    expect(later.waitSeconds).toBeGreaterThan(first.waitSeconds);
    expect(later.waitSeconds).toBeLessThanOrEqual(60);
    expect(bench.world.deliveries).toHaveLength(told);
    expect(bench.ingress()).not.toEqual([]);
  });

  it('fences, tells once, and fences again what somebody opened since', async () => {
    const bench = await reconciling();
    const rules = bench.ingress();
    expect(await bench.fence()).toMatchObject({ fenced: true });
    expect(bench.ingress()).toEqual([]);
    expect(bench.subjects().join('\n')).toContain('The old primary is back and is fenced');
    const told = bench.world.deliveries.length;
    bench.world.ingress.set('sg-0123456789abcdef0', [...rules]);
    expect(await bench.fence()).toMatchObject({ fenced: true });
    expect(bench.ingress()).toEqual([]);
    expect(bench.world.deliveries).toHaveLength(told);
  });

  it('is not done while one that was reached cannot be read', async () => {
    const bench = await reconciling();
    expect(await bench.fence()).toMatchObject({ fenced: true });
    bench.world.unreachable.add('eu-west-1');
    expect(await bench.fence()).toMatchObject({ fenced: false });
  });

  it('says that it is not fenced while EC2 refuses', async () => {
    const bench = await reconciling();
    bench.faults.always('rejected', 'RevokeSecurityGroupIngress');
    expect(await bench.fence()).toMatchObject({ fenced: false });
    bench.faults.revive();
    expect(await bench.fence()).toMatchObject({ fenced: true });
  });

  it('has it fenced at the end, whatever fails once', async () => {
    const clean = await reconciling();
    const before = clean.faults.calls.length;
    await clean.fence();
    const calls = clean.faults.calls.length - before;
    expect(calls).toBeGreaterThan(10);
    for (const kind of faultKinds) {
      for (let nth = 1; nth <= calls; nth += 1) {
        const bench = await reconciling();
        bench.faults.inject(kind, nth);
        let last = await persist(bench, bench.fence);
        if (!last.fenced) last = await persist(bench, bench.fence);
        expect([kind, nth, last.fenced, bench.ingress()]).toEqual([kind, nth, true, []]);
        expect(bench.subjects().join()).toContain('The old primary is back and is fenced');
      }
    }
  }, 120_000);
});
