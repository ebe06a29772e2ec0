import { describe, expect, it } from '@jest/globals';
import type { Observation } from '../../core/outage.ts';
import { assessDataLoss } from '../../functions/assess-data-loss.ts';
import { openBench, outageAt } from './support.ts';
import { footprint } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  const observation: Observation = {
    startedAt: outageAt,
    downSince: outageAt,
    consecutiveDown: 3,
    consecutiveUp: 0,
    seenAliveAt: null,
    rounds: [],
  };
  return { ...bench, input: { plan, incident, observation } };
}
const unknownStart = { known: false, reason: 'the alarm names no startDate and period' };

describe('AssessDataLoss', () => {
  it('refuses malformed input', async () => {
    const { run, input } = await prepare();
    const incident = { ...input.incident, outageStart: undefined };
    await expect(run(assessDataLoss, { ...input, incident })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
  });

  it.each(['rejected', 'throttled', 'request lost'] as const)(
    'calls a lag that cannot be read unknown: %s',
    async (kind) => {
      const { run, input, faults } = await prepare();
      for (const read of [1, 2, 3]) faults.inject(kind, read, 'GetMetricStatistics');
      const { dataLoss, why } = await run(assessDataLoss, input);
      expect(dataLoss).toMatchObject({ known: false });
      expect(why).toMatch(/^What would be lost is unknown: It could not be read\./);
    },
  );

  it.each(['throttled', 'request lost'] as const)(
    'reads the lag again before it calls it unknown: %s',
    async (kind) => {
      const { run, input, faults } = await prepare();
      for (const read of [1, 2]) faults.inject(kind, read, 'GetMetricStatistics');
      expect((await run(assessDataLoss, input)).dataLoss).toMatchObject({ known: true });
    },
  );

  it.each([
    ['no sample', [], 'no lag reading from before the outage'],
    ['-1', [{ value: -1, unit: 'Seconds' }], 'replication was not running'],
    ['another unit', [{ value: 0, unit: 'Milliseconds' }], 'Seconds are expected'],
  ])('calls a lag of %s unknown', async (_, samples, words) => {
    const { run, input, world } = await prepare();
    const at = new Date(Date.parse(outageAt) - 2000);
    const points = samples.map((sample) => ({ at, ...sample }));
    world.metrics.set('Orders/HeartbeatLag', points);
    const { dataLoss, why } = await run(assessDataLoss, input);
    expect(dataLoss.known).toBe(false);
    expect(why).toContain(words);
  });

  it('calls the loss unknown when nobody says when the outage began', async () => {
    const { run, input } = await prepare();
    const incident = { ...input.incident, outageStart: unknownStart };
    const { dataLoss } = await run(assessDataLoss, { ...input, incident });
    expect(dataLoss).toMatchObject({ known: false });
  });

  it('calls it unknown when the alarm cannot be asked either, with both reasons', async () => {
    const { run, input, faults } = await prepare();
    for (const read of [1, 2, 3]) faults.inject('throttled', read, 'DescribeAlarms');
    const incident = { ...input.incident, outageStart: unknownStart };
    const { why } = await run(assessDataLoss, { ...input, incident });
    expect(why).toContain('no startDate and period; UnreachableError: DescribeAlarms: throttled');
  });

  it('asks the alarm when the event did not say when the outage began', async () => {
    const { run, input, world } = await prepare();
    for (const alarm of world.alarms.values()) {
      alarm.reasonData = JSON.stringify({ startDate: outageAt, period: 60 });
    }
    const incident = { ...input.incident, outageStart: unknownStart };
    const { dataLoss } = await run(assessDataLoss, { ...input, incident });
    expect(dataLoss).toMatchObject({ known: true, boundSeconds: 61.4 });
  });

  it('counts the loss from when the primary was last seen alive, not from the alarm', async () => {
    const { run, input } = await prepare();
    const later = (seconds: number): string =>
      new Date(Date.parse(outageAt) + seconds * 1000).toISOString();
    const observation = { ...input.observation, seenAliveAt: later(20), downSince: later(30) };
    const { dataLoss, outageStart } = await run(assessDataLoss, { ...input, observation });
    expect(outageStart).toMatchObject({ earliestAt: outageAt, latestAt: later(30) });
    expect(dataLoss).toMatchObject({ known: true, boundSeconds: 31.4, ageSeconds: 31 });
  });

  it('bounds the loss by the lag before the outage and the time since, and changes nothing', async () => {
    const { run, input, world } = await prepare();
    const before = footprint(world);
    const { dataLoss, why } = await run(assessDataLoss, input);
    expect(dataLoss).toMatchObject({ known: true, boundSeconds: 2.4, ageSeconds: 2 });
    expect(why).toMatch(/^At most 2\.4 s of writes would be lost; the RPO is 5 s\./);
    expect(footprint(world)).toEqual(before);
  });
});
