import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { promoteDatabase } from '../../functions/promote-database.ts';
import { standDown } from '../../functions/stand-down.ts';
import { faultKinds } from './faults.ts';
import { drillPlan, openBench, startAt, takeOver } from './support.ts';
import { persist } from './sweep.ts';

const { databases } = drillPlan();
const plan = drillPlan({ databases: [{ ...databases[0], promotionDeadlineSeconds: 900 }] });

async function prepare() {
  const bench = await openBench(plan);
  const { incident, world } = bench;
  const standby = world.databases.get('eu-central-1/orders-standby');
  if (standby === undefined) throw new Error('no standby');
  return {
    ...bench,
    standby,
    store: createIncidentStore(bench.runtime),
    input: { plan, incident, database: plan.databases[0], startedAt: startAt },
  };
}

/** Calls the step as the state machine does, until it is over. */
async function untilPromoted(bench: Awaited<ReturnType<typeof prepare>>) {
  for (let turn = 0; turn < 200; turn += 1) {
    const result = await persist(bench, () => bench.run(promoteDatabase, bench.input));
    if (result.outcome === 'promoted') return result;
    await bench.clock.advance(result.waitSeconds);
  }
  throw new Error('never promoted');
}

describe('PromoteDatabase', () => {
  it.each([
    ['no database', { database: undefined }],
    ['a beginning that is no instant', { startedAt: 'now' }],
    ['a field that nobody knows', { force: true }],
  ])('refuses malformed input: %s', async (_, change) => {
    const { run, input, world } = await prepare();
    const refused = run(promoteDatabase, { ...input, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(world.promotions).toBe(0);
  });

  it('refuses when another incident holds the lock, and asks for nothing', async () => {
    const bench = await prepare();
    await takeOver(bench, bench.incident);
    await expect(bench.run(promoteDatabase, bench.input)).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
    expect(bench.faults.count('PromoteReadReplica')).toBe(0);
    expect(await bench.store.readPromotionIntent(bench.incident, 'orders')).toBeUndefined();
  });

  it('refuses when the incident is closed already', async () => {
    const { run, input, store, incident, faults } = await prepare();
    await store.close(incident, 'failed');
    await expect(run(promoteDatabase, input)).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it('asks for nothing when the intent cannot be written', async () => {
    const { run, input, faults } = await prepare();
    faults.inject('throttled', 1, 'TransactWriteItems');
    await expect(run(promoteDatabase, input)).rejects.toMatchObject({
      name: 'ThrottlingException',
    });
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it.each(['failed', 'stopped', 'incompatible-restore'])('fails on status %s', async (status) => {
    const { run, input, standby, faults } = await prepare();
    standby.status = status;
    await expect(run(promoteDatabase, input)).rejects.toThrow(`orders-standby is ${status}.`);
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it('fails when the deadline passes, and says the status', async () => {
    const { run, input, standby, clock } = await prepare();
    standby.status = 'backing-up';
    await clock.advance(901);
    await expect(run(promoteDatabase, input)).rejects.toThrow('900 s passed; status: backing-up.');
  });

  it('waits while a backup runs, and asks for nothing', async () => {
    const { run, input, standby, faults } = await prepare();
    standby.status = 'backing-up';
    const result = await run(promoteDatabase, input);
    expect(result).toMatchObject({ outcome: 'wait', ruleId: 'not-now', requestedAt: null });
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it('refuses when the primary is alive by the time that a backup is over', async () => {
    const { run, input, standby, clock, facts, faults } = await prepare();
    standby.status = 'backing-up';
    await run(promoteDatabase, input);
    await clock.advance(200);
    standby.status = 'available';
    facts.primaryIsUp = true;
    const refused = run(promoteDatabase, input);
    await expect(refused).rejects.toMatchObject({ name: 'NotReadyError' });
    await expect(refused).rejects.toThrow('seen alive before the promotion could be asked for');
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it('waits when the last look is old and a new one cannot tell', async () => {
    const { run, input, clock, world, faults } = await prepare();
    await clock.advance(121);
    const controls = drillPlan().detection.controls.map(({ id }) => id);
    expect(controls).not.toEqual([]);
    world.routing.sideOf = () => undefined;
    const result = await run(promoteDatabase, input);
    expect(result).toMatchObject({ outcome: 'wait', ruleId: 'cannot-see' });
    expect(faults.count('PromoteReadReplica')).toBe(0);
  });

  it('asks after a backup when another look says that the primary is still down', async () => {
    const { run, input, clock, faults } = await prepare();
    await clock.advance(121);
    expect(await run(promoteDatabase, input)).toMatchObject({ outcome: 'request' });
    expect(faults.count('PromoteReadReplica')).toBe(1);
  });

  it('writes the intent before the call', async () => {
    const { run, input, standby, store, incident, faults } = await prepare();
    faults.inject('crash before', 1, 'PromoteReadReplica');
    await expect(run(promoteDatabase, input)).rejects.toMatchObject({ name: 'Crash' });
    faults.revive();
    expect(await store.readPromotionIntent(incident, 'orders')).toBe(startAt);
    expect(standby.status).toBe('available');
  });

  it('calls once, then waits until the database is a writer', async () => {
    const bench = await prepare();
    const { run, input, faults, world } = bench;
    expect(await run(promoteDatabase, input)).toMatchObject({ outcome: 'request' });
    expect(await run(promoteDatabase, input)).toMatchObject({ ruleId: 'is-changing' });
    const result = await untilPromoted(bench);
    expect(result).toMatchObject({ id: 'orders', outcome: 'promoted', requestedAt: startAt });
    expect([world.promotions, faults.count('PromoteReadReplica')]).toEqual([1, 1]);
  });

  it.each(['reply lost', 'crash after'] as const)('never calls twice after %s', async (kind) => {
    const bench = await prepare();
    bench.faults.inject(kind, 1, 'PromoteReadReplica');
    await untilPromoted(bench);
    expect(bench.faults.count('PromoteReadReplica')).toBe(1);
  });

  it('asks again when nothing came of a lost request, and says so', async () => {
    const { run, input, faults, clock, world } = await prepare();
    faults.inject('request lost', 1, 'PromoteReadReplica');
    await expect(run(promoteDatabase, input)).rejects.toMatchObject({ name: 'UnreachableError' });
    expect(await run(promoteDatabase, input)).toMatchObject({ ruleId: 'request-not-visible-yet' });
    await clock.advance(120);
    const again = await run(promoteDatabase, input);
    const at = clock.now().toISOString();
    expect(again).toMatchObject({ outcome: 'request', requestedAt: at });
    expect(again.why).toContain(`It was asked at ${startAt}, and nothing came of it`);
    expect(world.promotions).toBe(1);
  });

  it('has one effect whatever fails once, at every call of the way', async () => {
    for (const kind of faultKinds) {
      for (let nth = 1; nth <= 8; nth += 1) {
        const bench = await prepare();
        bench.faults.inject(kind, nth);
        await untilPromoted(bench);
        expect({ kind, nth, promotions: bench.world.promotions }).toMatchObject({ promotions: 1 });
      }
    }
  });

  it('takes a promotion by somebody else for its own: no way back, and a cool-down', async () => {
    const { run, input, standby, store, incident, faults } = await prepare();
    standby.sourceId = undefined;
    expect(await run(promoteDatabase, input)).toMatchObject({ outcome: 'promoted' });
    expect(faults.count('PromoteReadReplica')).toBe(0);
    expect(await store.readLock('orders')).toMatchObject({ promotedAt: startAt });
    await expect(run(standDown, { plan, incident })).rejects.toMatchObject({
      name: 'NotReadyError',
    });
  });
});
