import { describe, expect, it } from '@jest/globals';
import { createIncidentStore } from '../../aws/incident-store.ts';
import { readLedger } from '../../aws/ledger.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import { closeSwitchover } from '../../functions/close-switchover.ts';
import { fencePrimary } from '../../functions/fence-primary.ts';
import { openSwitchover } from '../../functions/open-switchover.ts';
import { allDone, nothingYet } from '../core/switchover/samples.ts';
import { brief } from '../approval-samples.ts';
import { executionArn, silence, takeOver } from './support.ts';
import { sweep } from './sweep.ts';
import {
  lockOf,
  movingHome,
  movingThere,
  PRIMARY,
  requestTo,
  STANDBY,
} from './switchover-bench.ts';

const failure = { error: 'NotReadyError', why: 'orders: not now.' };
const undo = { leftovers: [], why: 'Put back: fence database.' };

async function prepare(story: object = { outcome: 'failed', failure, undo }) {
  const bench = await movingThere();
  const input = { ...bench.input, ...nothingYet, ...story };
  const store = createIncidentStore(bench.runtime);
  return { ...bench, input, store, close: () => bench.run(closeSwitchover, input) };
}
const moved = { ...allDone, outcome: 'moved' };

describe('CloseSwitchover refuses', () => {
  it.each([
    ['no outcome', { outcome: undefined }],
    ['an outcome that nobody knows', { outcome: 'done' }],
    ['a story with a hole', { promotions: undefined }],
  ])('malformed input: %s', async (_, change) => {
    const bench = await prepare();
    const refused = bench.run(closeSwitchover, { ...bench.input, ...change });
    await expect(refused).rejects.toMatchObject({ name: 'InvalidInputError' });
    expect(await lockOf(bench)).toMatchObject({ status: 'open' });
  });

  it('to succeed when nobody could be told, after everything else is done', async () => {
    const bench = await prepare();
    silence(bench);
    await expect(bench.close()).rejects.toThrow();
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    expect(ledger.map(({ what }) => what)).toContain('closed');
  });

  it('to take the lock away from a run that overtook it', async () => {
    const bench = await prepare();
    const newer = await takeOver(bench, bench.incident);
    await bench.close();
    expect(await lockOf(bench)).toMatchObject({ status: 'open', incidentId: newer.id });
  });
});

describe('CloseSwitchover of a run that failed', () => {
  it('says so to people, and gives the lock back', async () => {
    const bench = await prepare();
    const report = await bench.close();
    expect(report).toMatchObject({ outcome: 'failed', rpo: { boundSeconds: null } });
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    const subjects = bench.world.deliveries.map(({ subject }) => subject).join('\n');
    expect(subjects).not.toBe('');
    expect(subjects).not.toMatch(/moved to|recovered/i);
    expect(bench.world.deliveries.map(({ body }) => body).join()).toContain('not now.');
  });

  it('names a promotion that was asked for and not seen', async () => {
    const bench = await prepare({ outcome: 'failed', failure });
    await bench.store.recordPromotionIntent(bench.incident, 'orders');
    const { leftovers } = await bench.close();
    expect(leftovers.join()).toContain('Promotion of orders was asked for at');
  });

  it('lets the next run wait for an undo that may still be under way', async () => {
    const bench = await prepare();
    const hold = { ...bench.input, approvedByHuman: true, brief, afterPromotion: false };
    const { plan, incident, approvedByHuman, afterPromotion } = hold;
    await bench.run(fencePrimary, { plan, incident, approvedByHuman, brief, afterPromotion });
    await bench.close();
    const settlesAt = new Date(Date.parse(bench.at()) + 300_000).toISOString();
    expect(await lockOf(bench)).toMatchObject({ settlesAt });
  });
});

describe('CloseSwitchover of a service that moved', () => {
  it('keeps the report under a fixed name, and tells of it', async () => {
    const bench = await prepare(moved);
    const report = await bench.close();
    expect(report).toMatchObject({ outcome: 'moved', rpo: { boundSeconds: 0 } });
    const key = `reports/incidents/orders/${bench.incident.id}.json`;
    expect(JSON.parse(bench.world.objects.get(key) ?? '{}')).toMatchObject({ outcome: 'moved' });
    expect(report.told).not.toEqual([]);
  });

  it('leaves the standstill to a human: the next move has to be acknowledged first', async () => {
    const bench = await prepare(moved);
    await bench.store.recordPromotionIntent(bench.incident, 'orders');
    await bench.close();
    const request = requestTo(PRIMARY);
    const next = await bench.run(openSwitchover, { request, executionArn: executionArn(9) });
    expect(next).toMatchObject({ outcome: 'decline' });
  });

  it('needs nothing reconciled: a move by plan leaves no writes behind', async () => {
    const bench = await movingHome();
    const store = createIncidentStore(bench.runtime);
    const hold = { ...bench.input, approvedByHuman: true, brief, afterPromotion: false };
    await bench.run(fencePrimary, hold);
    await store.recordPromotionIntent(bench.incident, 'orders');
    await bench.run(closeSwitchover, { ...bench.input, ...moved });
    expect(await store.readSnapshot(bench.incident, RECONCILED)).toBeUndefined();
    const request = requestTo(STANDBY);
    const next = await bench.run(openSwitchover, { request, executionArn: executionArn(9) });
    expect(next).toMatchObject({ ruleId: 'not-acknowledged' });
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(
      () => prepare(moved),
      (bench) => bench.close(),
      kinds,
    );
  });

  it('names a report that could not be written', async () => {
    const bench = await prepare(moved);
    bench.faults.always('throttled', 'PutObject');
    expect((await bench.close()).leftovers.join()).toContain('report could not be written');
  });
});
