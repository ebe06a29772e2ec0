import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { authorize } from '../../functions/authorize.ts';
import { drillPlan, openBench, startAt, switchName, takeOver } from './support.ts';
import { footprint } from './sweep.ts';

const round = { at: startAt, vantage: 'eu-central-1', vote: 'down', why: 'all down', probes: [] };
const sample = { estimateSeconds: 1, sampleAt: startAt, ageSeconds: 1, source: 'Orders lag' };
const lossOf = (boundSeconds: number) => ({ known: true, boundSeconds, ...sample });

async function prepare(plan = drillPlan()) {
  const bench = await openBench(plan);
  const { incident } = bench;
  const standby = bench.world.databases.get('eu-central-1/orders-standby');
  if (standby === undefined) throw new Error('no standby');
  const facts = { verdict: 'confirmed', round, dataLoss: lossOf(1), approved: null };
  return { ...bench, standby, input: { plan, incident, ...facts } };
}

describe('Authorize refuses', () => {
  it.each([
    ['a verdict that is none', { verdict: 'watching' }],
    ['a loss without a bound', { dataLoss: { known: true } }],
    ['no look at the primary', { round: null }],
  ])('malformed input: %s', async (_, change) => {
    const { run, input } = await prepare();
    await expect(run(authorize, { ...input, ...change })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it('when another incident holds the lock', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(authorize, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
  });

  it.each(['paused', 'Running', 'running ', undefined])('on a switch: %p', async (value) => {
    const { run, input, world } = await prepare();
    if (value === undefined) world.parameters.delete(switchName);
    else world.parameters.set(switchName, value);
    expect(await run(authorize, input)).toMatchObject({ outcome: 'refuse', ruleId: 'paused' });
  });

  it('on a switch that cannot be read', async () => {
    const { run, input, faults } = await prepare();
    for (const read of [1, 2, 3]) faults.inject('request lost', read, 'GetParameter');
    expect(await run(authorize, input)).toMatchObject({ outcome: 'refuse', ruleId: 'paused' });
  });

  it('while the plan cools down after a promotion', async () => {
    const { run, input, runtime, incident } = await prepare();
    await createIncidentStore(runtime).recordPromotionIntent(incident, 'orders');
    expect(await run(authorize, input)).toMatchObject({ ruleId: 'cooling-down' });
  });

  it.each([
    ['is stopped', { status: 'stopped' }, 'orders: its role is unusable (status stopped)'],
    ['was promoted by hand', { sourceId: undefined }, 'orders: its role is writer'],
    ['follows somebody else', { sourceId: 'other' }, 'orders: It follows other'],
    ['is backed up', { status: 'backing-up' }, 'orders: A backup is running'],
  ])('a replica that %s', async (_, change, words) => {
    const { run, input, standby } = await prepare();
    Object.assign(standby, change);
    const result = await run(authorize, input);
    expect(result).toMatchObject({ outcome: 'refuse', ruleId: 'replica-ineligible' });
    expect(result.why).toContain(words);
  });

  it('a replica that cannot be read', async () => {
    const { run, input, faults } = await prepare();
    for (const read of [1, 2, 3]) faults.inject('throttled', read, 'DescribeDBInstances');
    const { ruleId, why } = await run(authorize, input);
    expect(ruleId).toBe('replica-ineligible');
    expect(why).toContain('orders: its state cannot be read: UnreachableError');
  });
});

describe('Authorize asks', () => {
  it.each([
    ['outage-undecided', { verdict: 'undecided' }],
    ['loss-unknown', { dataLoss: { known: false, reason: 'no sample', source: 'lag' } }],
    ['loss-above-rpo', { dataLoss: lossOf(5.001) }],
  ])('because of %s', async (ruleId, change) => {
    const { run, input } = await prepare();
    const result = await run(authorize, { ...input, ...change });
    expect(result).toMatchObject({ outcome: 'ask', ruleId });
  });

  it('because the plan wants it', async () => {
    const authorization = { ...drillPlan().authorization, mode: 'approval' };
    const { run, input } = await prepare(drillPlan({ authorization }));
    expect(await run(authorize, input)).toMatchObject({ ruleId: 'plan-wants-approval' });
  });
});

describe('Authorize lets it happen', () => {
  it('when the loss is exactly the RPO, and records why', async () => {
    const { run, input, runtime, incident } = await prepare();
    const result = await run(authorize, { ...input, dataLoss: lossOf(5) });
    expect(result).toMatchObject({ outcome: 'automatic', ruleId: 'automatic' });
    const entries = await readLedger(runtime, incident.id);
    const entry = entries.find(({ what }) => what === 'authorization');
    expect(entry?.entry).toMatchObject({ ruleId: 'automatic' });
  });

  it('with the same brief for the same evidence, and another one for other evidence', async () => {
    const { run, input, world } = await prepare();
    const before = footprint(world);
    const first = await run(authorize, input);
    const again = await run(authorize, input);
    const other = await run(authorize, { ...input, dataLoss: lossOf(2) });
    expect(again.brief).toEqual(first.brief);
    expect(other.brief).not.toEqual(first.brief);
    expect(footprint(world)).toEqual(before);
  });

  it('after an approval that covers what is found now', async () => {
    const { run, input } = await prepare();
    const first = await run(authorize, { ...input, dataLoss: lossOf(50) });
    expect(first).toMatchObject({ outcome: 'ask', ruleId: 'loss-above-rpo' });
    const again = { ...input, dataLoss: lossOf(50), approved: first.facts };
    expect(await run(authorize, again)).toMatchObject({ outcome: 'automatic', ruleId: 'approved' });
  });
});

describe('Authorize asks again', () => {
  it('when more would be lost than was approved', async () => {
    const { run, input } = await prepare();
    const { facts } = await run(authorize, { ...input, dataLoss: lossOf(50) });
    const worse = await run(authorize, { ...input, dataLoss: lossOf(51), approved: facts });
    expect(worse).toMatchObject({ outcome: 'ask', ruleId: 'approval-outdated' });
    expect(worse.brief.question).toContain('Up to 51 s would be lost now; 50 s were approved.');
  });
});
