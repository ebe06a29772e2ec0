import { describe, expect, it } from '@jest/globals';
import { reobserveOutage } from '../../functions/reobserve-outage.ts';
import { openBench, switchName } from './support.ts';
import { footprint } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident, run } = bench;
  const look = async (approvedByHuman: unknown, blindLooks = 0) =>
    await run(reobserveOutage, { plan, incident, approvedByHuman, blindLooks });
  return { ...bench, look };
}

describe('ReobserveOutage', () => {
  it('refuses malformed input', async () => {
    const { look } = await prepare();
    await expect(look('yes')).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it.each(['paused', 'Running', undefined])(
    'refuses on a switch that says %p by now, whoever approved',
    async (value) => {
      const { look, world } = await prepare();
      if (value === undefined) world.parameters.delete(switchName);
      else world.parameters.set(switchName, value);
      await expect(look(true)).rejects.toMatchObject({ name: 'NotReadyError' });
    },
  );

  it('refuses on a switch that cannot be read, with the reason', async () => {
    const { look, faults } = await prepare();
    for (const read of [1, 2, 3]) faults.inject('throttled', read, 'GetParameter');
    await expect(look(true)).rejects.toThrow(/cannot be read \(.*ThrottlingException.*\): nothing/);
  });

  it.each([false, true])('stops at a live primary, approved or not: %p', async (approved) => {
    const { look, facts } = await prepare();
    facts.primaryIsUp = true;
    expect(await look(approved)).toMatchObject({ outcome: 'stop', ruleId: 'primary-alive' });
  });

  it.each([
    [false, 0, 'again', 'look-again'],
    [false, 1, 'again', 'look-again'],
    [false, 2, 'stop', 'cannot-tell'],
    [true, 0, 'go', 'approved-as-it-is'],
  ])('that cannot tell, approved %p, after %d: %s', async (approved, blind, outcome, ruleId) => {
    const { look, runtime } = await prepare();
    // Not even the control target answers: this vantage point may be cut off.
    const https = async () => {
      throw new Error('cut off');
    };
    Object.assign(runtime, { network: { ...runtime.network, https } });
    expect(await look(approved, blind)).toMatchObject({
      ...{ outcome, ruleId },
      blindLooks: blind + 1,
    });
  });

  it('goes on when the primary is still down, and changes nothing', async () => {
    const { look, world } = await prepare();
    const before = footprint(world);
    const found = await look(false);
    expect(found).toMatchObject({ outcome: 'go', ruleId: 'still-down', round: { vote: 'down' } });
    expect(footprint(world)).toEqual(before);
  });
});
