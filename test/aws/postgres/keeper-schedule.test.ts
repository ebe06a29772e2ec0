import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Runtime } from '../../../aws/runtime.ts';
import { toHandler } from '../../../aws/step.ts';
import { onKeeperSchedule } from '../../../functions/on-keeper-schedule.ts';
import { reconcilePlan } from '../../functions/reconcile-bench.ts';
import { createBench } from '../../functions/support.ts';
import { failedOver } from '../../functions/watch-bench.ts';
import { until } from '../../lab/parts/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { limitSlots, read, run } from './diverging.ts';
import { openReal } from './reconcile-states.ts';

const SLOT = 'SELECT confirmed_flush_lsn::text AS lsn FROM pg_replication_slots';
const wanting = reconcilePlan({ keepSlot: true });

const keepWith = async (runtime: Runtime) => await toHandler(onKeeperSchedule, () => runtime)({});

describeOnPostgres('slots that the stack keeps', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** A healthy pair, and the function that keeps its slot. */
  async function healthy(
    work: (keep: () => ReturnType<typeof keepWith>, pair: RealPair) => Promise<void>,
    plan = wanting,
  ): Promise<void> {
    const pair = await template.open();
    try {
      const { runtime, world } = createBench(plan);
      world.unreachable.clear();
      await work(() => keepWith({ ...runtime, openDatabase: openReal(pair) }), pair);
    } finally {
      await pair.close();
    }
  }

  it('are parked, and go on with the standby', async () => {
    await healthy(async (keep, pair) => {
      await limitSlots(pair);
      const first = await keep();
      expect(first.slots).toMatchObject([{ plan: 'orders', id: 'orders', outcome: 'parked' }]);
      const before = await read(pair, 'primary', SLOT);
      await run(pair, 'primary', ['INSERT INTO writes VALUES (7)']);
      await until('the standby does not replay', async () => {
        return (await keep()).slots[0]?.outcome === 'advanced';
      });
      expect(await read(pair, 'primary', SLOT)).not.toEqual(before);
    });
  }, 60_000);

  it('are none where no plan wants one', async () => {
    await healthy(async (keep, pair) => {
      await limitSlots(pair);
      expect((await keep()).slots).toEqual([]);
      expect(await read(pair, 'primary', SLOT)).toEqual([]);
    }, reconcilePlan());
  }, 60_000);

  it('ring where they would fill a disk, or will explain nothing', async () => {
    await healthy(async (keep, pair) => {
      await expect(keep()).rejects.toThrow('max_slot_wal_keep_size -1');
      await limitSlots(pair);
      await keep();
      await run(pair, 'standby', ['SELECT pg_wal_replay_pause()']);
      await run(pair, 'primary', [
        `SELECT pg_logical_emit_message(false, 'fill', repeat('x', 1000000)) FROM generate_series(1, 70)`,
      ]);
      await expect(keep()).rejects.toMatchObject({
        name: 'NotReadyError',
        message: expect.stringContaining('Does the standby replay?'),
      });
    });
  }, 60_000);

  it('stay where they are once the standby was promoted, whether the table knows it or not', async () => {
    await healthy(async (keep, pair) => {
      await limitSlots(pair);
      await keep();
      const before = await read(pair, 'primary', SLOT);
      await run(pair, 'primary', ['INSERT INTO writes VALUES (8)']);
      await pair.promote();
      await expect(keep()).rejects.toThrow('was it promoted?');
      const { runtime } = await failedOver({ plan: wanting, isReachable: true });
      const told = await keepWith({ ...runtime, openDatabase: openReal(pair) });
      expect(told.slots).toMatchObject([{ outcome: 'left' }]);
      expect(await read(pair, 'primary', SLOT)).toEqual(before);
    });
  }, 60_000);
});
