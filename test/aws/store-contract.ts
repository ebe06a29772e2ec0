import { expect, it } from '@jest/globals';
import { abandonPromotion } from '../../aws/abandon.ts';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { appendToLedger, readLedger } from '../../aws/ledger.ts';
import type { Runtime } from '../../aws/runtime.ts';
import type { Incident } from '../../core/incident.ts';
import { drillPlan } from '../functions/support.ts';

const openedAt = '2026-10-02T17:04:45.000Z';
const expiresAt = '2026-10-03T02:04:45.000Z';
const lasting = '2098-01-01T00:00:00.000Z';

/** The nth incident of a plan; its epoch is its number unless another one is given. */
export function incidentOf(number: number, epoch = number): Incident {
  return {
    id: `orders-${number}`,
    plan: 'orders',
    epoch,
    alarm: 'arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders-primary-down',
    alarmReason: 'Threshold Crossed',
    openedAt,
    outageStart: { known: false, reason: 'no data' },
    executionArn: `arn:aws:states:eu-central-1:111122223333:execution:failover:${number}`,
  };
}

/** What the store promises, whoever plays DynamoDB. The runtime brings an empty table. */
export function storeContract(prepare: () => Promise<Runtime>, isAtomic = true): void {
  /** moto answers each request in a thread, and its transactions are not isolated. */
  const race = async <T>(calls: readonly (() => Promise<T>)[]): Promise<T[]> => {
    if (isAtomic) return await Promise.all(calls.map((call) => call()));
    const results: T[] = [];
    for (const call of calls) results.push(await call());
    return results;
  };

  const open = async () => {
    const runtime = await prepare();
    const store = createIncidentStore(runtime);
    return { runtime, store };
  };

  it('knows nothing of a plan, an execution or an incident that never was', async () => {
    const { store } = await open();
    expect(await store.readLock('orders')).toBeUndefined();
    expect(await store.findByExecution('arn')).toBeUndefined();
    expect(await store.readSnapshot(incidentOf(1), 'compute#web')).toBeUndefined();
    expect(await store.readPromotionIntent(incidentOf(1), 'orders')).toBeUndefined();
    await expect(store.assertHolder(incidentOf(1))).rejects.toMatchObject({
      name: 'StaleEpochError',
    });
  });

  it('gives a free lock to one of five', async () => {
    const { store } = await open();
    const five = [1, 2, 3, 4, 5].map((number) => incidentOf(number, 1));
    const claims = await race(five.map((each) => () => store.claim(each, undefined, expiresAt)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const winner = five[claims.indexOf(true)];
    expect(await store.readLock('orders')).toMatchObject({ incidentId: winner?.id, epoch: 1 });
    for (const each of five) {
      const found = await store.findByExecution(each.executionArn);
      expect(found).toEqual(each === winner ? each : undefined);
    }
  });

  it('gives a closed lock to one of two who saw the same', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, expiresAt);
    await store.close(incidentOf(1), 'stoodDown');
    const seen = await store.readLock('orders');
    const two = [incidentOf(2), incidentOf(3, 2)];
    const claims = await race(two.map((each) => () => store.claim(each, seen, expiresAt)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('gives no lock to who saw it before it was opened or closed', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, expiresAt);
    const whileOpen = await store.readLock('orders');
    await store.close(incidentOf(1), 'stoodDown');
    expect(await store.claim(incidentOf(2), undefined, expiresAt)).toBe(false);
    expect(await store.claim(incidentOf(2), whileOpen, expiresAt)).toBe(false);
  });

  it('gives no lock to who did not see the promotion that was asked for since', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, openedAt);
    const seen = await store.readLock('orders');
    await store.recordPromotionIntent(incidentOf(1), 'orders');
    expect(await store.claim(incidentOf(2), seen, expiresAt)).toBe(false);
    expect(await store.claim(incidentOf(2), await store.readLock('orders'), expiresAt)).toBe(true);
  });

  it('keeps until when a late undo may land, up to the next claim', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, expiresAt);
    await store.close(incidentOf(1), 'failed', expiresAt);
    const seen = await store.readLock('orders');
    expect(seen).toMatchObject({ settlesAt: expiresAt });
    await store.claim(incidentOf(2), seen, expiresAt);
    expect(await store.readLock('orders')).not.toHaveProperty('settlesAt');
  });

  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['what it carries still settles', lasting, undefined, lasting],
    ['what it carries lasts longer than its own', lasting, expiresAt, lasting],
    ['its own lasts longer', lasting, '2099-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'],
    ['what it carries is over', openedAt, undefined, undefined],
    ['it carries nothing', undefined, expiresAt, expiresAt],
  ])('hands on what an incident before it left to settle: %s', async (_, carried, own, kept) => {
    const { store } = await open();
    const incident = { ...incidentOf(1), ...(carried === undefined ? {} : { settlesAt: carried }) };
    await store.claim(incident, undefined, expiresAt);
    await store.close(incident, 'unreconciled', own);
    expect((await store.readLock('orders'))?.settlesAt).toBe(kept);
  });

  it('gives an execution that has ended no incident, and finds the one that it has', async () => {
    const { store } = await open();
    const { executionArn } = incidentOf(1);
    expect(await store.forbidClaim(executionArn)).toBeUndefined();
    expect(await store.claim(incidentOf(1), undefined, expiresAt)).toBe(false);
    expect(await store.readLock('orders')).toBeUndefined();
    expect(await store.findByExecution(executionArn)).toBeUndefined();
    expect(await store.claim(incidentOf(2, 1), undefined, expiresAt)).toBe(true);
    expect(await store.forbidClaim(incidentOf(2, 1).executionArn)).toEqual(incidentOf(2, 1));
  });

  it('gives one execution one incident', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, expiresAt);
    await store.close(incidentOf(1), 'stoodDown');
    const again = { ...incidentOf(2), executionArn: incidentOf(1).executionArn };
    expect(await store.claim(again, await store.readLock('orders'), expiresAt)).toBe(false);
    expect(await store.readLock('orders')).toMatchObject({ epoch: 1, status: 'closed' });
  });

  it('lets the dead run of a lock that was taken over change nothing', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, openedAt);
    await store.claim(incidentOf(2), await store.readLock('orders'), expiresAt);
    const promoting = store.recordPromotionIntent(incidentOf(1), 'orders');
    await expect(promoting).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(await store.readPromotionIntent(incidentOf(1), 'orders')).toBeUndefined();
    await store.close(incidentOf(1), 'failed');
    expect(await store.readLock('orders')).toMatchObject({ epoch: 2, status: 'open' });
  });

  it('lets who gave up promote nothing, and who asked for a promotion not give up', async () => {
    const { store, runtime } = await open();
    const [first, second] = [incidentOf(1), incidentOf(2)];
    await store.claim(first, undefined, openedAt);
    await abandonPromotion(runtime, drillPlan(), first);
    await abandonPromotion(runtime, drillPlan(), first);
    const late = store.recordPromotionIntent(first, 'orders');
    await expect(late).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(await store.readPromotionIntent(first, 'orders')).toBeUndefined();
    // The next incident is not bound by it.
    await store.claim(second, await store.readLock('orders'), expiresAt);
    const stale = abandonPromotion(runtime, drillPlan(), first);
    await expect(stale).rejects.toMatchObject({ name: 'StaleEpochError' });
    await store.recordPromotionIntent(second, 'orders');
    const givingUp = abandonPromotion(runtime, drillPlan(), second);
    await expect(givingUp).rejects.toMatchObject({ name: 'NotReadyError' });
  });

  it('keeps a promotion on the lock when it is closed, and through the next claim', async () => {
    const { store } = await open();
    await store.claim(incidentOf(1), undefined, expiresAt);
    await store.recordPromotionIntent(incidentOf(1), 'orders');
    await store.close(incidentOf(1), 'recovered');
    await store.close(incidentOf(1), 'failed');
    await store.claim(incidentOf(2), await store.readLock('orders'), expiresAt);
    const lock = await store.readLock('orders');
    expect(lock).toMatchObject({ epoch: 2, promotedAt: expect.any(String) });
  });

  it('keeps the first snapshot of several, whoever asks', async () => {
    const { store } = await open();
    const values = [{ desired: 1 }, { desired: 9 }, { desired: 9 }];
    const kept = await Promise.all(
      values.map((value) => store.snapshotOnce(incidentOf(1), 'compute#web', value)),
    );
    const first = await store.readSnapshot(incidentOf(1), 'compute#web');
    expect(kept).toEqual([first, first, first]);
    expect(await store.readSnapshot(incidentOf(2), 'compute#web')).toBeUndefined();
  });

  it('keeps values as they are: empty texts, nulls, lists and numbers', async () => {
    const { store, runtime } = await open();
    const value = { a: '', b: null, c: [], d: [{ e: 1.5 }], f: false };
    await store.snapshotOnce(incidentOf(1), 'x', value);
    expect(await store.readSnapshot(incidentOf(1), 'x')).toEqual(value);
    await appendToLedger(runtime, 'orders-1', 'x', value);
    expect(await readLedger(runtime, 'orders-1')).toMatchObject([{ entry: value }]);
  });
}
