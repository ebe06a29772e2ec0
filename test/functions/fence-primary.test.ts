import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { brief } from '../approval-samples.ts';
import { drillPlan, openBench, switchName, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const group = 'sg-0123456789abcdef0';
const marker = 'orders-failover-markers/orders/standby-takes-over';

/** The primary's control plane answers, unless a test says otherwise. */
async function prepare(plan = drillPlan()) {
  const bench = await openBench(plan);
  bench.world.unreachable.clear();
  const { incident } = bench;
  const input = { plan, incident, approvedByHuman: false, brief, afterPromotion: false };
  return { ...bench, input, store: createIncidentStore(bench.runtime) };
}

/** The drill's plan with another policy for a primary that cannot be fenced. */
const withPolicy = (unfenced: object) =>
  drillPlan({ authorization: { ...drillPlan().authorization, unfenced } });

describe('FencePrimary refuses', () => {
  it('malformed input', async () => {
    const { run, input } = await prepare();
    await expect(run(fencePrimary, { ...input, approvedByHuman: 'yes' })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it('when another incident holds the lock, and fences nothing', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(fencePrimary, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.world.ingress.get(group)).toHaveLength(1);
    expect(bench.world.objects.has(marker)).toBe(false);
  });

  it.each(['paused', 'RUNNING', '', undefined])('on a switch that says %p', async (value) => {
    const { run, input, world } = await prepare();
    if (value === undefined) world.parameters.delete(switchName);
    else world.parameters.set(switchName, value);
    await expect(run(fencePrimary, input)).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(world.ingress.get(group)).toHaveLength(1);
  });

  it('on a switch that cannot be read', async () => {
    const { run, input, world, faults } = await prepare();
    faults.always('throttled', 'GetParameter');
    await expect(run(fencePrimary, input)).rejects.toMatchObject({ name: 'NotReadyError' });
    expect(world.ingress.get(group)).toHaveLength(1);
  });

  it('to go on when its own memory fails, instead of calling the fence impossible', async () => {
    const { run, input, faults, world } = await prepare();
    faults.inject('throttled', 1, 'PutItem');
    await expect(run(fencePrimary, input)).rejects.toMatchObject({ name: 'ThrottlingException' });
    faults.revive();
    expect(await run(fencePrimary, input)).toMatchObject({ grade: 'confirmed' });
    expect(world.ingress.get(group)).toEqual([]);
  });
});

describe('FencePrimary decides', () => {
  it.each([
    ['accept', { acceptedBy: 'Olga', because: 'for a test' }, false, 'proceed'],
    ['refuse', {}, false, 'refuse'],
    ['refuse', {}, true, 'refuse'],
    ['ask', {}, false, 'ask'],
    ['ask', {}, true, 'proceed'],
  ])('an unfenced primary by %s %j, approved %p: %s', async (policy, more, approved, outcome) => {
    const plan = withPolicy({ policy, ...more });
    const { run, input, world } = await prepare(plan);
    world.unreachable.add(plan.regions.primary);
    const fence = await run(fencePrimary, { ...input, approvedByHuman: approved });
    expect(fence).toMatchObject({ grade: 'attempted', outcome });
    expect(fence.evidence[1]).toContain('ECONNREFUSED');
  });

  it('that a refused write confirms the fence', async () => {
    const { run, input, world } = await prepare(withPolicy({ policy: 'refuse' }));
    expect(await run(fencePrimary, input)).toMatchObject({
      grade: 'confirmed',
      outcome: 'proceed',
    });
    expect(world.ingress.get(group)).toEqual([]);
    expect(world.objects.has(marker)).toBe(true);
  });

  it('to fence after the promotion whatever the switch says', async () => {
    const { run, input, world } = await prepare();
    world.parameters.set(switchName, 'paused');
    const fence = await run(fencePrimary, { ...input, afterPromotion: true });
    expect(fence).toMatchObject({ grade: 'confirmed' });
  });
});

describe('FencePrimary keeps what was there', () => {
  it('once: the fenced state is never taken for it', async () => {
    const { run, input, store, incident } = await prepare();
    await run(fencePrimary, input);
    await run(fencePrimary, input);
    expect(await store.readSnapshot(incident, 'fence#database')).toMatchObject({ rules: [{}] });
    expect(await store.readSnapshot(incident, 'traffic#front-door')).toMatchObject({
      markerPresent: false,
    });
  });

  it('or leaves the thing alone', async () => {
    const { run, input, faults, world } = await prepare();
    faults.inject('rejected', 1, 'DescribeSecurityGroupRules');
    const fence = await run(fencePrimary, input);
    expect(fence.drivers).toMatchObject([
      { grade: 'attempted' },
      { id: 'database', grade: 'none' },
    ]);
    expect(world.ingress.get(group)).toHaveLength(1);
  });

  it('through whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, (bench) => bench.run(fencePrimary, bench.input), kinds);
  });
});
