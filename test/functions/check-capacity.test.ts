import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { checkCapacity } from '../../functions/check-capacity.ts';
import { warmUpCompute } from '../../functions/warm-up-compute.ts';
import { drillPlan, openBench, startAt, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

const { compute } = drillPlan();
const plan = drillPlan({ compute: [{ ...compute[0], readyDeadlineSeconds: 300 }] });

async function prepare() {
  const bench = await openBench(plan);
  const { incident, world } = bench;
  const fleet = world.fleets.get('group/orders-web');
  const warmed = { plan, incident, compute: plan.compute[0] };
  return { ...bench, fleet, warmed, input: { ...warmed, startedAt: startAt } };
}

describe('CheckCapacity', () => {
  it('refuses malformed input', async () => {
    const { run, input } = await prepare();
    await expect(run(checkCapacity, { ...input, startedAt: null })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it('raises nothing when another incident holds the lock', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(checkCapacity, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.fleet).toMatchObject({ desired: 1 });
  });

  it('fails when the deadline passes, with the words of the shortage', async () => {
    const { run, input, warmed, clock, facts } = await prepare();
    facts.noCapacity = true;
    await run(warmUpCompute, warmed);
    await clock.advance(301);
    await expect(run(checkCapacity, input)).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringMatching(/web: 1 of 2 .*after 300 s.*InsufficientInstanceCapacity/),
    });
  });

  it('waits for what was asked for, and asks no second time', async () => {
    const { run, input, warmed, faults } = await prepare();
    await run(warmUpCompute, warmed);
    const found = await run(checkCapacity, input);
    expect(found).toMatchObject({ ready: false, healthy: 1, wanted: 2 });
    expect(faults.count('UpdateAutoScalingGroup')).toBe(1);
  });

  it('is ready when the units serve', async () => {
    const { run, input, warmed, clock } = await prepare();
    await run(warmUpCompute, warmed);
    await clock.advance(180);
    expect(await run(checkCapacity, input)).toMatchObject({ ready: true, healthy: 2 });
  });

  it('asks for what the warm-up never asked for, and keeps what was there', async () => {
    const { run, input, fleet, runtime, incident } = await prepare();
    await run(checkCapacity, input);
    expect(fleet).toMatchObject({ desired: 2 });
    const kept = await createIncidentStore(runtime).readSnapshot(incident, 'compute#web');
    expect(kept).toMatchObject({ desired: 1 });
  });

  it.each(['rejected', 'crash before'] as const)(
    'asks again when the warm-up kept what was there and was %s then',
    async (kind) => {
      const { run, input, warmed, fleet, faults } = await prepare();
      faults.inject(kind, 1, 'UpdateAutoScalingGroup');
      await expect(run(warmUpCompute, warmed)).rejects.toThrow();
      faults.revive();
      await run(checkCapacity, input);
      expect(fleet).toMatchObject({ desired: 2 });
    },
  );

  it('changes nothing once everything is there', async () => {
    const { run, input, fleet, faults } = await prepare();
    fleet?.wish(2);
    await run(checkCapacity, input);
    const calls = faults.count('UpdateAutoScalingGroup');
    await run(checkCapacity, input);
    expect(faults.count('UpdateAutoScalingGroup')).toBe(calls);
  });

  it('leaves the same world whatever fails once', async () => {
    await sweep(prepare, (bench) => bench.run(checkCapacity, bench.input));
  });
});
