import { describe, expect, it } from '@jest/globals';
import { announce } from '../../functions/announce.ts';
import { openBench, silence } from './support.ts';
import { footprint } from './sweep.ts';

async function prepare() {
  const bench = await openBench();
  const { plan, incident } = bench;
  return {
    ...bench,
    opened: { notice: 'opened', plan, incident, why: 'all down' },
    declined: { notice: 'declined', plan, incident: null, why: 'It is paused.' },
  };
}

describe('Announce', () => {
  it.each([
    ['a notice that nobody knows', { notice: 'maybe' }],
    ['an opening without an incident', { incident: null }],
    ['an opening without a plan', { plan: null }],
  ])('refuses malformed input: %s', async (_, change) => {
    const { run, opened, world } = await prepare();
    await expect(run(announce, { ...opened, ...change })).rejects.toMatchObject({
      name: 'InvalidInputError',
    });
    expect(world.deliveries).toHaveLength(0);
  });

  it('fails when nobody could be told', async () => {
    const bench = await prepare();
    const { run, opened } = bench;
    silence(bench);
    await expect(run(announce, opened)).rejects.toMatchObject({ name: 'NobodyToldError' });
  });

  it('has nobody to tell of an alarm that no plan names', async () => {
    const { run, declined, world } = await prepare();
    const result = await run(announce, { ...declined, plan: null });
    expect(result).toEqual({ told: [], why: 'No plan says whom to tell.' });
    expect(world.deliveries).toHaveLength(0);
  });

  it('tells over every channel that an incident was opened, and changes nothing', async () => {
    const { run, opened, world, incident } = await prepare();
    const before = footprint(world);
    expect(await run(announce, opened)).toMatchObject({ told: ['mail', 'chat'] });
    expect(world.deliveries.at(-1)?.subject).toBe(`[orders] Outage suspected: ${incident.id}`);
    const known = new Set(world.items.keys());
    expect([...known].filter((key) => key.includes('|SENT#'))).toHaveLength(3);
    for (const key of known) if (key.includes('|SENT#')) world.items.delete(key);
    expect({ ...footprint(world), told: [] }).toEqual(before);
  });

  it('tells of a declined alarm once, however late it is tried again, and of the next one anew', async () => {
    const { run, declined, world, clock, faults } = await prepare();
    faults.always('rejected', 'SendEmail');
    await run(announce, declined);
    faults.revive();
    await clock.advance(30);
    await run(announce, declined);
    const told = () => world.deliveries.map(({ channel }) => channel).toSorted();
    expect(told()).toEqual(['mail', 'slack', 'sns orders-oncall']);
    await run(announce, { ...declined, why: 'It is paused. Another alarm.' });
    expect(told()).toEqual(['mail', 'mail', 'slack', 'slack', 'sns orders-oncall']);
  });

  it('tells why an alarm was declined', async () => {
    const { run, declined, world } = await prepare();
    await run(announce, declined);
    expect(world.deliveries[0]).toMatchObject({
      subject: '[orders] Alarm declined',
      body: expect.stringContaining('It is paused.'),
    });
  });
});
