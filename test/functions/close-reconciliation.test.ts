import { describe, expect, it } from '@jest/globals';
import { toJson } from '../../aws/drivers/snapshot.ts';
import { readLedger } from '../../aws/ledger.ts';
import { RECONCILED } from '../../aws/switchover/standing.ts';
import { openSwitchover } from '../../functions/open-switchover.ts';
import { comparedOf, missing } from '../core/reconcile/compared-samples.ts';
import { comparable } from './reconcile-bench.ts';
import { executionArn, silence, takeOver } from './support.ts';
import { sweep } from './sweep.ts';
import { forget, lockOf, requestTo } from './switchover-bench.ts';

const failure = { error: 'UnreachableError', why: 'Nobody answers.' };
const approved = { outcome: 'approved', why: 'Ada said yes.', approval: { by: 'Ada' } };

async function prepare() {
  const bench = await comparable();
  const now = () => ({ comparedAt: bench.clock.now().toISOString() });
  return {
    ...bench,
    now,
    /** What is kept of the account. */
    account: () => bench.store.readSnapshot(bench.failover, RECONCILED),
    told: () => bench.subjects().at(-1) ?? '',
    /** All rows were applied, and nothing is missing. */
    well: () => ({
      ...{ before: [missing(now())], judged: approved, after: [comparedOf(now())] },
      applied: [...[{ id: 'orders', isComplete: true, applied: 3, already: 0, undecided: 0 }]].map(
        (each) => ({ ...each, refused: 0, reasons: [] }),
      ),
    }),
  };
}

describe('CloseReconciliation keeps the account open', () => {
  it.each<[string, string, object]>([
    ['where a state failed', 'failed', { failure }],
    ['where it was applied and nobody compared again', 'failed', { failure, after: [] }],
    ['where rows are left', 'unreconciled', { after: [missing()] }],
    [
      'where one of two databases has rows left',
      'unreconciled',
      {
        after: [comparedOf(), missing({ id: 'users' })],
      },
    ],
    [
      'where a table was not compared',
      'unreconciled',
      {
        after: [comparedOf({ leftOut: ['logs: no key (0 rows)'] })],
      },
    ],
    ['where somebody said no', 'rejected', { judged: { ...approved, outcome: 'rejected' } }],
    ['where nobody said anything', 'expired', { judged: { ...approved, outcome: 'expired' } }],
    ['where nothing was compared', 'failed', { before: [], judged: null, after: [] }],
  ])('%s, gives the lock back and tells', async (_, outcome, parts) => {
    const bench = await prepare();
    expect(await bench.close({ ...bench.well(), ...parts })).toMatchObject({ outcome });
    expect(await bench.account()).toBeUndefined();
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    expect(bench.told()).toContain(bench.incident.id);
  });

  it.each<[string, (bench: Awaited<ReturnType<typeof prepare>>) => object]>([
    [
      'older than the fence',
      () => ({ after: [comparedOf({ comparedAt: '2026-10-02T17:00:00.000Z' })] }),
    ],
    [
      'of a failover that is not fenced any more in the table',
      (bench) => {
        forget({ world: bench.world, incident: bench.failover }, 'fence-reached#database');
        return {};
      },
    ],
  ])('of a comparison %s: it fails, and still gives the lock back', async (_, arrange) => {
    const bench = await prepare();
    const closing = await bench.close({ ...bench.well(), ...arrange(bench) });
    expect(closing).toMatchObject({ outcome: 'failed' });
    expect(closing.why).toContain('NotReady');
    expect(await bench.account()).toBeUndefined();
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    expect(bench.told()).toContain('FAILED');
  });

  it('of another failover that came since: that one has an account of its own', async () => {
    const bench = await prepare();
    const newer = await takeOver(bench, bench.incident);
    await bench.store.snapshotOnce(newer, 'watched', {
      ...{
        plan: toJson(bench.plan),
        incident: toJson(newer),
      },
    });
    await bench.store.recordPromotionIntent(newer, 'orders');
    expect(await bench.close(bench.well())).toMatchObject({ outcome: 'failed' });
    expect(await bench.store.readSnapshot(newer, RECONCILED)).toBeUndefined();
    expect(await lockOf(bench)).toMatchObject({ status: 'open', incidentId: newer.id });
  });
});

describe('CloseReconciliation by a run that lost the lock', () => {
  it('closes no account, however well it went', async () => {
    const bench = await prepare();
    await bench.store.close(bench.incident, 'failed');
    expect(await bench.close(bench.well())).toMatchObject({ outcome: 'failed' });
    expect(await bench.account()).toBeUndefined();
  });

  it('says again how it ended, if it was the run that closed it', async () => {
    const bench = await prepare();
    await bench.close(bench.well());
    expect(await bench.close(bench.well())).toMatchObject({ outcome: 'reconciled' });
  });
});

describe('CloseReconciliation closes the account', () => {
  it('of the failover, by whom and by which report, so that a switchover may begin', async () => {
    const bench = await prepare();
    const closing = await bench.close(bench.well());
    expect(closing).toMatchObject({ outcome: 'reconciled' });
    expect(await bench.account()).toMatchObject({ by: 'Ada', left: 0, ...bench.now() });
    expect(await bench.account()).not.toHaveProperty('of');
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    const request = requestTo('eu-west-1');
    const next = await bench.run(openSwitchover, { request, executionArn: executionArn(9) });
    expect(next).toMatchObject({ ruleId: 'not-acknowledged' });
  });

  it('where nothing was missing at all, by whoever asked', async () => {
    const bench = await prepare();
    await bench.close({ before: [comparedOf(bench.now())] });
    expect(await bench.account()).toMatchObject({ by: 'olga' });
  });

  it('the first one stays', async () => {
    const bench = await prepare();
    await bench.store.snapshotOnce(bench.failover, RECONCILED, { by: 'Grace' });
    expect(await bench.close(bench.well())).toMatchObject({ outcome: 'reconciled' });
    expect(await bench.account()).toEqual({ by: 'Grace' });
  });
});

describe('CloseReconciliation', () => {
  it('fails if nobody can be told, after everything else is done', async () => {
    const bench = await prepare();
    silence(bench);
    await expect(bench.close(bench.well())).rejects.toThrow();
    expect(await lockOf(bench)).toMatchObject({ status: 'closed' });
    expect(await bench.account()).toBeDefined();
  });

  it('keeps how it ended, line by line', async () => {
    const bench = await prepare();
    const { lines } = await bench.close({ ...bench.well(), after: [missing()] });
    expect(lines.join('\n')).toMatch(/Found: .*\nApproved by Ada\.\nApplied: .*\nCompared again: /);
    const ledger = await readLedger(bench.runtime, bench.incident.id);
    expect(ledger.find(({ what }) => what === 'closed')?.entry).toMatchObject({ lines });
  });

  it('leaves the same world whatever kills it once', async () => {
    const kinds = ['crash before', 'crash after'] as const;
    await sweep(prepare, async (bench) => await bench.close(bench.well()), kinds);
  }, 60_000);
});
