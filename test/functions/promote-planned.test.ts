import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { appendToLedger, CAUGHT_UP } from '../../aws/ledger.ts';
import { catchUp } from '../../functions/catch-up.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { promoteDatabase } from '../../functions/promote-database.ts';
import { standDown } from '../../functions/stand-down.ts';
import { brief } from '../approval-samples.ts';
import { faultKinds } from './faults.ts';
import { drillPlan } from './support.ts';
import { persist } from './sweep.ts';
import { movingThere, STANDBY } from './switchover-bench.ts';

const [database] = drillPlan().databases;
const slow = drillPlan({ databases: [{ ...database, promotionDeadlineSeconds: 900 }] });

async function prepare() {
  const bench = await movingThere(slow);
  const store = createIncidentStore(bench.runtime);
  const standby = bench.world.databases.get(`${STANDBY}/orders-standby`);
  if (standby === undefined) throw new Error('no standby');
  const input = { ...bench.input, database: bench.plan.databases[0], startedAt: bench.at() };
  const catchUpInput = { ...bench.input, startedAt: bench.at() };
  return {
    ...{ ...bench, store, standby },
    promote: () => bench.run(promoteDatabase, input),
    /** Two turns of CatchUp, as the workflow does. */
    prove: async (): Promise<void> => {
      const { positions: before } = await bench.run(catchUp, { ...catchUpInput, before: null });
      const { reached } = await bench.run(catchUp, { ...catchUpInput, before });
      if (!reached) throw new Error('not proved');
    },
    asked: () => bench.faults.count('PromoteReadReplica'),
  };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

/** Refused without a call, and with a way back: writes go on where they were. */
async function expectRefused(bench: Prepared): Promise<void> {
  await expect(bench.promote()).rejects.toMatchObject({
    name: 'NotReadyError',
    message: expect.stringContaining('only what was just proved to have every write'),
  });
  expect(bench.asked()).toBe(0);
  expect(await bench.run(standDown, bench.input)).toMatchObject({ complete: true });
}

describe('PromoteDatabase of a switchover refuses', () => {
  it('without a proof', async () => {
    await expectRefused(await prepare());
  });

  it('with one half of a proof', async () => {
    const bench = await prepare();
    await bench.run(catchUp, { ...bench.input, startedAt: bench.at(), before: null });
    await expectRefused(bench);
  });

  it('with a proof that is older than two minutes', async () => {
    const bench = await prepare();
    await bench.prove();
    await bench.clock.advance(120.001);
    await expectRefused(bench);
  });

  it('with a proof that became old while a backup was waited for', async () => {
    const bench = await prepare();
    await bench.prove();
    bench.standby.status = 'backing-up';
    expect(await bench.promote()).toMatchObject({ outcome: 'wait', ruleId: 'not-now' });
    await bench.clock.advance(121);
    bench.standby.status = 'available';
    await expectRefused(bench);
  });

  it('with the proof of another incident', async () => {
    const bench = await prepare();
    const { runtime } = bench;
    await appendToLedger(runtime, 'orders-20261001t000000z-1', CAUGHT_UP, { why: 'theirs' });
    await expectRefused(bench);
  });

  it('when the ledger cannot be read', async () => {
    const bench = await prepare();
    await bench.prove();
    bench.faults.always('throttled', 'Query');
    await expect(bench.promote()).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(bench.asked()).toBe(0);
  });
});

describe('PromoteDatabase that outlived its timeout, with a proof that is fresh yet', () => {
  const prepareHeld = async () => {
    const bench = await prepare();
    const hold = { ...bench.input, approvedByHuman: true, brief, afterPromotion: false };
    await bench.run(fencePrimary, hold);
    await bench.prove();
    return bench;
  };

  it('asks for nothing once StandDown has begun: writes go on at the source', async () => {
    const bench = await prepareHeld();
    expect(await bench.run(standDown, bench.input)).toMatchObject({ complete: true });
    await expect(bench.promote()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(bench.asked()).toBe(0);
    expect(await bench.store.readPromotionIntent(bench.incident, 'orders')).toBeUndefined();
    expect(await bench.store.readLock('orders')).not.toHaveProperty('promotedAt');
    expect(bench.facts.primaryIsFenced).toBe(false);
  });

  it('asks for nothing once StandDown has died right after it began', async () => {
    const bench = await prepareHeld();
    bench.faults.inject('crash after', 1, 'UpdateItem');
    await expect(bench.run(standDown, bench.input)).rejects.toThrow();
    bench.faults.revive();
    await expect(bench.promote()).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(await bench.run(standDown, bench.input)).toMatchObject({ complete: true });
    expect(bench.facts.primaryIsFenced).toBe(false);
  });

  it('is not given up if it was quicker: the source stays fenced', async () => {
    const bench = await prepareHeld();
    bench.faults.inject('request lost', 1, 'PromoteReadReplica');
    await expect(bench.promote()).rejects.toMatchObject({ name: 'UnreachableError' });
    await expect(bench.run(standDown, bench.input)).rejects.toMatchObject({
      name: 'NotReadyError',
      message: expect.stringMatching(/^Promotion of orders was asked for at .*: only forward/),
    });
    expect(bench.facts.primaryIsFenced).toBe(true);
    await bench.clock.advance(120);
    expect(await bench.promote()).toMatchObject({ outcome: 'request' });
  });
});

describe('PromoteDatabase of a switchover', () => {
  it.each([0, 120])(
    'asks with a proof that is %s s old, and the primary alive',
    async (seconds) => {
      const bench = await prepare();
      await bench.prove();
      await bench.clock.advance(seconds);
      expect(bench.facts.primaryIsUp).toBe(true);
      expect(await bench.promote()).toMatchObject({ outcome: 'request' });
      expect(bench.asked()).toBe(1);
    },
  );

  it('asks again after a request that never arrived: it was proved, and writes are held', async () => {
    const bench = await prepare();
    await bench.prove();
    bench.faults.inject('request lost', 1, 'PromoteReadReplica');
    await expect(bench.promote()).rejects.toMatchObject({ name: 'UnreachableError' });
    expect(await bench.promote()).toMatchObject({ ruleId: 'request-not-visible-yet' });
    await bench.clock.advance(120);
    expect(await bench.promote()).toMatchObject({ outcome: 'request' });
    expect(bench.world.promotions).toBe(1);
  });

  it('promotes once, whatever fails once at every call of the way', async () => {
    for (const kind of faultKinds) {
      for (let nth = 1; nth <= 9; nth += 1) {
        const bench = await prepare();
        await bench.prove();
        bench.faults.inject(kind, nth);
        for (let turn = 0; turn < 200; turn += 1) {
          const { outcome, waitSeconds } = await persist(bench, bench.promote);
          if (outcome === 'promoted') break;
          await bench.clock.advance(waitSeconds);
        }
        expect([kind, nth, bench.facts.standbyIsWriter, bench.world.promotions]).toEqual([
          ...[kind, nth, true, 1],
        ]);
      }
    }
  });
});
