import { describe, expect, it } from '@jest/globals';
import { verifyStandby } from '../../functions/verify-standby.ts';
import { openBench, startAt } from './support.ts';
import { footprint } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  const standby = bench.world.databases.get('eu-central-1/orders-standby');
  if (standby === undefined) throw new Error('no standby');
  return { ...bench, standby, input: { plan, incident, before: null } };
}

/** The standby is promoted and serves. */
async function prepareServing() {
  const bench = await prepare();
  bench.standby.sourceId = undefined;
  bench.facts.standbyIsWriter = true;
  return bench;
}

describe('VerifyStandby', () => {
  it('refuses malformed input', async () => {
    const { run, input } = await prepare();
    const refused = run(verifyStandby, { ...input, before: { startedAt: 'then' } });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
  });

  it('is not content with a service that answers over a replica', async () => {
    const { run, input, facts } = await prepare();
    facts.standbyIsWriter = true;
    const { verified, why } = await run(verifyStandby, input);
    expect({ verified, why }).toEqual({ verified: false, why: 'orders: replica (available)' });
  });

  it('is not content with a writer that takes no write', async () => {
    const { run, input, facts } = await prepareServing();
    facts.standbyIsWriter = false;
    const { verified, why } = await run(verifyStandby, input);
    expect(verified).toBe(false);
    expect(why).toContain('https://standby.orders.example.com/health: 503, expected 200');
  });

  it('takes a role that cannot be read for a failure', async () => {
    const { run, input, faults } = await prepareServing();
    faults.inject('throttled', 1, 'DescribeDBInstances');
    const { verified, why } = await run(verifyStandby, input);
    expect(verified).toBe(false);
    expect(why).toContain('orders: UnreachableError: DescribeDBInstances: throttled');
  });

  it('fails when the deadline passes, naming what still fails', async () => {
    const { run, input, clock } = await prepare();
    await clock.advance(31);
    await expect(
      run(verifyStandby, { ...input, before: { startedAt: startAt } }),
    ).rejects.toMatchObject({
      name: 'DeadlineExceededError',
      message: expect.stringMatching(/^Not verified after 30 s\. orders: replica/),
    });
  });

  it('is verified after the deadline too, if everything passes', async () => {
    const { run, input, clock } = await prepareServing();
    await clock.advance(31);
    const found = await run(verifyStandby, { ...input, before: { startedAt: startAt } });
    expect(found).toMatchObject({ verified: true, startedAt: startAt });
  });

  it('changes nothing, however often it looks', async () => {
    const { run, input, world } = await prepareServing();
    const before = footprint(world);
    expect(await run(verifyStandby, input)).toEqual(await run(verifyStandby, input));
    expect(footprint(world)).toEqual(before);
  });
});
