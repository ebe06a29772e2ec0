import { describe, expect, it } from '@jest/globals';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import type { IncidentStore } from '../../aws/incident-store.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { createBench, startAt } from '../functions/support.ts';
import { incidentOf, storeContract } from './store-contract.ts';

const laterAt = '2026-10-03T02:04:45.000Z';

describe('The incident store in the lab’s DynamoDB', () => {
  storeContract(async () => createBench().runtime);
});

describe('A run that died', () => {
  async function prepare() {
    const bench = createBench();
    const store = createIncidentStore(bench.runtime);
    const dead = incidentOf(1);
    await store.claim(dead, undefined, startAt);
    await store.snapshotOnce(dead, 'compute#web', { desired: 1 });
    const seen = await store.readLock('orders');
    const heir = incidentOf(2);
    expect(await store.claim(heir, seen, laterAt)).toBe(true);
    return { ...bench, store, dead, heir };
  }

  it.each<[string, (store: IncidentStore) => Promise<unknown>]>([
    ['act', (store) => store.assertHolder(incidentOf(1))],
    ['promote', (store) => store.recordPromotionIntent(incidentOf(1), 'orders')],
  ])('cannot %s once its lock was taken over', async (_, action) => {
    const { store, heir } = await prepare();
    await expect(action(store)).rejects.toMatchObject({
      name: 'StaleEpochError',
      message: expect.stringContaining('Incident orders-1 (epoch 1) does not hold plan orders'),
    });
    const lock = await store.readLock('orders');
    expect(lock).toMatchObject({ incidentId: heir.id, status: 'open', expiresAt: laterAt });
    expect(lock?.promotedAt).toBeUndefined();
  });

  it('cannot close the lock of its heir', async () => {
    const { store, dead, heir } = await prepare();
    await store.close(dead, 'failed');
    expect(await store.readLock('orders')).toMatchObject({ incidentId: heir.id, status: 'open' });
  });

  it('cannot take the lock back with what it saw before', async () => {
    const { store, heir } = await prepare();
    const old = { plan: 'orders', epoch: 1, incidentId: 'orders-1', status: 'open' } as const;
    const again = incidentOf(3, 2);
    expect(await store.claim(again, { ...old, expiresAt: startAt }, laterAt)).toBe(false);
    expect(await store.readLock('orders')).toMatchObject({ incidentId: heir.id });
  });

  it('is not the holder of another incident with the same epoch', async () => {
    const { store, heir } = await prepare();
    const twin = { ...heir, id: 'orders-twin' };
    await expect(store.assertHolder(twin)).rejects.toMatchObject({ name: 'StaleEpochError' });
  });

  it('leaves nothing of its ending on the lock of the next one', async () => {
    const { store, heir, world } = await prepare();
    await store.close(heir, 'failed');
    await store.claim(incidentOf(3), await store.readLock('orders'), laterAt);
    const item = world.items.get('incidents|PLAN#orders|LOCK');
    expect(item).not.toHaveProperty('closedAt');
    expect(item).not.toHaveProperty('outcome');
  });
});

describe('Acknowledging a promotion', () => {
  async function prepare() {
    const bench = createBench();
    const store = createIncidentStore(bench.runtime);
    const incident = incidentOf(1);
    return { ...bench, store, incident };
  }

  it('is refused when the plan was never promoted', async () => {
    const { runtime, store, incident } = await prepare();
    await expect(acknowledgePromotion(runtime, 'orders')).rejects.toThrow('no promotion');
    await store.claim(incident, undefined, laterAt);
    await store.close(incident, 'stoodDown');
    await expect(acknowledgePromotion(runtime, 'orders')).rejects.toThrow('no promotion');
  });

  it('is refused while the incident is open', async () => {
    const { runtime, store, incident } = await prepare();
    await store.claim(incident, undefined, laterAt);
    await store.recordPromotionIntent(incident, 'orders');
    await expect(acknowledgePromotion(runtime, 'orders')).rejects.toThrow('an incident is open');
  });

  it('is recorded, may be repeated, and is forgotten by the next promotion', async () => {
    const { runtime, store, incident } = await prepare();
    await store.claim(incident, undefined, laterAt);
    await store.recordPromotionIntent(incident, 'orders');
    await store.close(incident, 'recovered');
    expect(await acknowledgePromotion(runtime, 'orders')).toBe(incident.id);
    expect(await acknowledgePromotion(runtime, 'orders')).toBe(incident.id);
    expect(await store.readLock('orders')).toMatchObject({ acknowledgedAt: startAt });
    const next = incidentOf(2);
    await store.claim(next, await store.readLock('orders'), laterAt);
    await store.recordPromotionIntent(next, 'orders');
    expect((await store.readLock('orders'))?.acknowledgedAt).toBeUndefined();
  });
});
