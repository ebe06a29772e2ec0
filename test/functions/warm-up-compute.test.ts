import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { warmUpCompute } from '../../functions/warm-up-compute.ts';
import { openBench, takeOver } from './support.ts';
import { sweep } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  const fleet = bench.world.fleets.get('group/orders-web');
  return { ...bench, fleet, input: { plan, incident, compute: plan.compute[0] } };
}

describe('WarmUpCompute', () => {
  it('refuses malformed input and changes nothing', async () => {
    const { run, input, fleet } = await prepare();
    const compute = { ...input.compute, instances: 0 };
    await expect(run(warmUpCompute, { ...input, compute })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(fleet).toMatchObject({ desired: 1, max: 2 });
  });

  it('refuses when another incident holds the lock', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(warmUpCompute, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.faults.count('UpdateAutoScalingGroup')).toBe(0);
  });

  it('raises nothing when what is there cannot be kept', async () => {
    const { run, input, faults, fleet } = await prepare();
    faults.inject('rejected', 1, 'PutItem');
    await expect(run(warmUpCompute, input)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(fleet).toMatchObject({ desired: 1 });
  });

  it('asks for the capacity that the plan wants', async () => {
    const { run, input, fleet } = await prepare();
    expect(await run(warmUpCompute, input)).toMatchObject({ requested: true, id: 'web' });
    expect(fleet).toMatchObject({ min: 2, desired: 2, max: 2 });
  });

  it('keeps what was there once: the raised capacity is never taken for it', async () => {
    const { run, input, runtime, incident } = await prepare();
    await run(warmUpCompute, input);
    await run(warmUpCompute, input);
    const kept = await createIncidentStore(runtime).readSnapshot(incident, 'compute#web');
    expect(kept).toMatchObject({ min: 1, desired: 1, max: 2 });
  });

  it('leaves the same world whatever fails once', async () => {
    await sweep(prepare, (bench) => bench.run(warmUpCompute, bench.input));
  });
});
