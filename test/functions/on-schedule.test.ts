import { describe, expect, it } from '@jest/globals';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { setKillSwitch } from '../../aws/kill-switch.ts';
import { onSchedule } from '../../functions/on-schedule.ts';
import { drillPlan, openBench } from './support.ts';
import { failedOver } from './watch-bench.ts';

describe('OnSchedule', () => {
  it('rests where nothing was promoted, and asks no more than the lock', async () => {
    const bench = await openBench();
    const before = bench.faults.calls.length;
    expect(await bench.run(onSchedule, {})).toEqual({
      plans: [{ plan: 'orders', ruleId: 'nothing-promoted' }],
    });
    expect(bench.faults.calls.slice(before)).toHaveLength(1);
  });

  it('rests once a human has acknowledged the promotion', async () => {
    const { runtime, comesBack, watch, clock, ingress } = await failedOver();
    await clock.advance(1);
    await acknowledgePromotion(runtime, 'orders');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'acknowledged' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('rests while a run holds the plan, and not once that run is dead', async () => {
    const { comesBack, watch, clock, ingress } = await failedOver({ isClosed: false });
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'run-at-work' });
    expect(ingress()).not.toHaveLength(0);
    await clock.advance(30 * 3600);
    expect(await watch()).toMatchObject({ ruleId: 'service-is-there' });
    expect(ingress()).toHaveLength(0);
  });

  it.each(['paused', ''])('rests while the switch says "%s"', async (value) => {
    const { runtime, comesBack, watch, ingress } = await failedOver();
    await setKillSwitch(runtime, 'orders', value);
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'paused' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('rests while the switch cannot be read', async () => {
    const { faults, comesBack, watch, ingress } = await failedOver();
    faults.always('rejected', 'GetParameter');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'paused' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if the standby is not the writer any more: somebody went back', async () => {
    const { world, comesBack, watch, ingress } = await failedOver();
    const standby = world.databases.get('eu-central-1/orders-standby');
    if (standby === undefined) throw new Error('no standby');
    standby.sourceId = 'arn:aws:rds:eu-west-1:111122223333:db:orders';
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'standby-is-no-writer' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if clients are sent to the primary again', async () => {
    const { world, comesBack, watch, clock, ingress } = await failedOver();
    for (const key of world.objects.keys()) if (key.includes('markers')) world.objects.delete(key);
    await clock.advance(120);
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'traffic-is-elsewhere' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if clients are sent to a place that nobody knows', async () => {
    const bench = await failedOver();
    const { network } = bench.runtime;
    const resolve = network.resolve.bind(network);
    const [name = ''] = bench.plan.traffic.map((each) => each.name);
    // Somebody went back by hand to new addresses, and left the marker where it was.
    Object.assign(network, {
      resolve: async (host: string, type: 'A') =>
        host === name ? ['203.0.113.77'] : await resolve(host, type),
    });
    bench.comesBack();
    expect(await bench.watch()).toMatchObject({ ruleId: 'traffic-is-elsewhere' });
    expect(bench.ingress()).not.toHaveLength(0);
  });

  it('fences nothing if this incident never moved the traffic', async () => {
    // A fence at the edge would have moved it.
    const fencing = drillPlan().fencing.filter(({ kind }) => kind !== 'edge');
    const plan = drillPlan({ fencing });
    const { comesBack, watch, ingress } = await failedOver({ plan, isSwitched: false });
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'traffic-is-elsewhere' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if it cannot tell where the service is', async () => {
    const { faults, comesBack, watch, ingress } = await failedOver();
    faults.always('rejected', 'DescribeDBInstances');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'standby-is-no-writer' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if somebody takes over while it looks', async () => {
    const bench = await failedOver();
    const { network } = bench.runtime;
    const resolve = network.resolve.bind(network);
    Object.assign(network, {
      resolve: async (host: string, type: 'A') => {
        await setKillSwitch(bench.runtime, 'orders', 'paused');
        return await resolve(host, type);
      },
    });
    bench.comesBack();
    expect(await bench.watch()).toMatchObject({ ruleId: 'paused' });
    expect(bench.ingress()).not.toHaveLength(0);
  });
});
