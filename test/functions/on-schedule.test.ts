import { describe, expect, it } from '@jest/globals';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { setKillSwitch } from '../../aws/kill-switch.ts';
import { readLedger } from '../../aws/ledger.ts';
import type { Plan } from '../../aws/plan.ts';
import { onSchedule } from '../../functions/on-schedule.ts';
import { promoteDatabase } from '../../functions/promote-database.ts';
import { switchRoute } from '../../functions/switch-route.ts';
import { drillPlan, openBench, silence, startAt } from './support.ts';
import { faultKinds } from './faults.ts';
import { persist } from './sweep.ts';

/** After a failover whose old primary was gone with its Region: nothing fences it. */
async function prepare(plan: Plan = drillPlan()) {
  const bench = await openBench(plan);
  const { run, incident, clock, world, facts } = bench;
  const base = { plan, incident, startedAt: startAt };
  const [database] = plan.databases;
  for (let turn = 0; turn < 50; turn += 1) {
    const { outcome } = await run(promoteDatabase, {
      ...base,
      database: { ...database, promotionDeadlineSeconds: 1800 },
    });
    if (outcome === 'promoted') break;
    await clock.advance(20);
  }
  await run(switchRoute, {
    ...base,
    startedAt: clock.now().toISOString(),
    traffic: plan.traffic[0],
  });
  await clock.advance(90);
  const store = createIncidentStore(bench.runtime);
  await store.close(incident, 'recovered');
  const ingress = () => [...world.ingress.values()].flat();
  const comesBack = (): void => {
    world.unreachable.clear();
    facts.primaryIsUp = true;
  };
  const watch = async () => (await run(onSchedule, { time: 'now' })).plans[0];
  return { ...bench, store, ingress, comesBack, watch };
}

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
    const { runtime, comesBack, watch, clock, ingress } = await prepare();
    await clock.advance(1);
    await acknowledgePromotion(runtime, 'orders');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'acknowledged' });
    expect(ingress()).not.toHaveLength(0);
  });

  it.each(['paused', ''])('rests while the switch says "%s"', async (value) => {
    const { runtime, comesBack, watch, ingress } = await prepare();
    await setKillSwitch(runtime, 'orders', value);
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'paused' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('rests while the switch cannot be read', async () => {
    const { faults, comesBack, watch, ingress } = await prepare();
    faults.always('rejected', 'GetParameter');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'paused' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if the standby is not the writer any more: somebody went back', async () => {
    const { world, comesBack, watch, ingress } = await prepare();
    const standby = world.databases.get('eu-central-1/orders-standby');
    if (standby === undefined) throw new Error('no standby');
    standby.sourceId = 'arn:aws:rds:eu-west-1:111122223333:db:orders';
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'standby-is-no-writer' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if clients are sent to the primary again', async () => {
    const { world, comesBack, watch, clock, ingress } = await prepare();
    for (const key of world.objects.keys()) if (key.includes('markers')) world.objects.delete(key);
    await clock.advance(120);
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'traffic-is-elsewhere' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('fences nothing if it cannot tell where the service is', async () => {
    const { faults, comesBack, watch, ingress } = await prepare();
    faults.always('rejected', 'DescribeDBInstances');
    comesBack();
    expect(await watch()).toMatchObject({ ruleId: 'standby-is-no-writer' });
    expect(ingress()).not.toHaveLength(0);
  });

  it('tells nobody while the Region is gone', async () => {
    const { watch, world } = await prepare();
    const before = world.deliveries.length;
    expect(await watch()).toMatchObject({ ruleId: 'service-is-there', grade: 'none' });
    expect(world.deliveries).toHaveLength(before);
  });

  it('fences the old primary when it comes back, tells people once, and rests', async () => {
    const { comesBack, watch, world, ingress, runtime, incident } = await prepare();
    await watch();
    comesBack();
    const before = world.deliveries.length;
    expect(await watch()).toMatchObject({ grade: 'confirmed' });
    expect(ingress()).toHaveLength(0);
    const told = world.deliveries.slice(before);
    expect(told.map(({ subject }) => subject)).toContain(
      `[orders] The old primary is back and is fenced (${incident.id})`,
    );
    expect(told[0]?.body).toContain('npx failover compare');
    expect(await watch()).toMatchObject({ ruleId: 'fence-holds' });
    expect(world.deliveries).toHaveLength(before + told.length);
    const lines = await readLedger(runtime, incident.id);
    expect(lines.map(({ what }) => what)).toContain('old-primary-fenced');
  });

  it('says that it may still take writes where nothing proves the fence, and goes on', async () => {
    const plan = drillPlan();
    const fencing = plan.fencing.map((fence) =>
      fence.kind === 'securityGroup' ? { ...fence, proof: undefined } : fence,
    );
    const { comesBack, watch, world, incident } = await prepare(drillPlan({ fencing }));
    comesBack();
    expect(await watch()).toMatchObject({ grade: 'attempted' });
    expect(world.deliveries.at(-1)?.subject).toBe(
      `[orders] The old primary is back and is being fenced (${incident.id})`,
    );
    const before = world.deliveries.length;
    expect(await watch()).toMatchObject({ grade: 'attempted' });
    expect(world.deliveries).toHaveLength(before);
  });

  it('fails if nobody can be told, and tells with the next minute', async () => {
    const bench = await prepare();
    bench.comesBack();
    silence(bench);
    await expect(bench.watch()).rejects.toMatchObject({ name: 'NobodyToldError' });
    expect(bench.ingress()).toHaveLength(0);
    expect(await bench.store.readSnapshot(bench.incident, 'old-primary-fenced')).toBeUndefined();
  });

  it('has fenced and told by the minute after that, whatever fails on the way', async () => {
    const clean = await prepare();
    clean.comesBack();
    const before = clean.faults.calls.length;
    await clean.watch();
    const calls = clean.faults.calls.slice(before);
    expect(calls.length).toBeGreaterThan(10);
    for (const [index, { command }] of calls.entries()) {
      for (const kind of faultKinds) {
        const bench = await prepare();
        bench.comesBack();
        bench.faults.inject(kind, index + 1);
        await persist(bench, () => bench.watch());
        await persist(bench, () => bench.watch());
        const isKept = await bench.store.readSnapshot(bench.incident, 'old-primary-fenced');
        const isTold = bench.world.deliveries.some(({ subject }) =>
          /back and is fenced/.test(subject),
        );
        expect({
          command,
          kind,
          left: bench.ingress(),
          isKept: isKept !== undefined,
          isTold,
        }).toEqual({ command, kind, left: [], isKept: true, isTold: true });
      }
    }
  }, 60_000);
});
