import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { switchRoute } from '../../functions/switch-route.ts';
import { brief } from '../approval-samples.ts';
import { openBench, startAt, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const marker = 'orders-failover-markers/orders/standby-takes-over';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  return { ...bench, input: { plan, incident, traffic: plan.traffic[0], startedAt: startAt } };
}

describe('SwitchRoute', () => {
  it('refuses malformed input', async () => {
    const { run, input } = await prepare();
    const refused = run(switchRoute, { ...input, traffic: { kind: 'manual' } });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('refuses when another incident holds the lock, and switches nothing', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(switchRoute, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.world.objects.has(marker)).toBe(false);
  });

  it('refuses when it cannot tell who holds the lock', async () => {
    const { run, input, faults, world } = await prepare();
    faults.inject('throttled', 2, 'GetItem');
    await expect(run(switchRoute, input)).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(world.objects.has(marker)).toBe(false);
  });

  it('fails when the deadline passes, with what the DNS says', async () => {
    const { run, input, faults, world, clock } = await prepare();
    await run(switchRoute, input);
    world.objects.clear();
    await clock.advance(31);
    faults.inject('reply lost', 1, 'PutObject');
    await expect(run(switchRoute, input)).rejects.toMatchObject({ name: 'UnreachableError' });
    await expect(run(switchRoute, input)).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringContaining('front-door: not switched after 30 s. The DNS still says'),
    });
  });

  it('waits for the DNS, and is settled when it says the standby', async () => {
    const { run, input, clock, world } = await prepare();
    expect(await run(switchRoute, input)).toMatchObject({ id: 'front-door', settled: false });
    expect(world.objects.has(marker)).toBe(true);
    await clock.advance(90);
    expect(await run(switchRoute, input)).toMatchObject({ settled: true });
  });

  it('keeps the routing from before once, the fence’s included', async () => {
    const { run, input, clock, runtime, plan, incident } = await prepare();
    const fence = { plan, incident, brief, approvedByHuman: true, afterPromotion: false };
    await run(fencePrimary, fence);
    await clock.advance(90);
    expect(await run(switchRoute, input)).toMatchObject({ settled: true });
    const kept = createIncidentStore(runtime).readSnapshot(incident, 'traffic#front-door');
    expect(await kept).toEqual({ markerPresent: false, answers: ['192.0.2.10'] });
  });

  it('leaves the same world whatever fails once', async () => {
    await sweep(prepare, (bench) => bench.run(switchRoute, bench.input));
  });
});
