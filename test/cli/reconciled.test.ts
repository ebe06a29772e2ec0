import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { acknowledgePromotion } from '../../aws/acknowledge.ts';
import { readLedger } from '../../aws/ledger.ts';
import { keepForWatch } from '../../aws/old-primary.ts';
import { reconciledCommand } from '../../cli/reconciled.ts';
import { row } from '../core/reconcile/samples.ts';
import { takeOver } from '../functions/support.ts';
import { afterFailover, healthyBench } from '../functions/switchover-bench.ts';
import { failedOver } from '../functions/watch-bench.ts';
import { asOlga, connectTo, olga, terminalOf } from './operator.ts';
import { operatorWithReports } from './reconciled-scene.ts';
import { LATER } from './reports.ts';

asOlga();
const { prepare, write } = operatorWithReports();
describe('failover reconciled refuses', () => {
  it('a report whose rows were changed since it was written', async () => {
    const { reconcile, report, kept } = await prepare({ rows: [row('1')] });
    await writeFile(join(report, 'rows.jsonl'), '');
    await expect(reconcile()).rejects.toMatchObject({ name: 'UsageError' });
    expect(await kept()).toBeUndefined();
  });

  it.each([
    ['0', '3'],
    ['2', '3'],
    ['4', '3'],
  ])(
    '--left %s where %s rows are left, those that nobody compared among them',
    async (said, left) => {
      const leftOut = [{ table: 'logs', why: 'It has no key.', rows: 2 }];
      const { reconcile, err, kept } = await prepare({ rows: [row('1')], leftOut });
      expect(await reconcile('--left', said)).toBe(1);
      expect(err.join()).toContain(`found --left ${said}; the reports have ${left} rows`);
      expect(await kept()).toBeUndefined();
    },
  );

  it('a plan whose name is not typed', async () => {
    const { run, command, err, report, kept } = await prepare();
    const args = ['--report', report, '--reason', 'x', '--confirm', 'order'];
    expect(await run(command, 'orders', ...args)).toBe(1);
    expect(err.at(-1)).toBe('Not done: "order" is not "orders".');
    expect(await kept()).toBeUndefined();
  });

  it('a plan that was never failed over', async () => {
    const { runtime } = healthyBench();
    const report = await write();
    const command = reconciledCommand(connectTo(runtime).connect);
    const done = terminalOf('orders').run(command, 'orders', '--report', report, '--reason', 'x');
    await expect(done).rejects.toThrow('was never failed over');
  });

  it('an old primary that is not fenced', async () => {
    const bench = await failedOver();
    const { reconcile, kept } = await prepare({}, bench);
    await expect(reconcile()).rejects.toThrow('It is not fenced by database');
    expect(await kept()).toBeUndefined();
  });

  it('an old primary that is not fenced, although an incident since then fenced something', async () => {
    const bench = await failedOver();
    const { plan, incident, runtime, store } = bench;
    const newer = await takeOver(bench, incident);
    const tried = { id: 'database', grade: 'confirmed', isComplete: true, why: '' } as const;
    await keepForWatch(runtime, { plan, incident: newer }, [tried]);
    await store.close(newer, 'stoodDown');
    const { reconcile, kept } = await prepare({}, bench);
    await expect(reconcile()).rejects.toThrow('It is not fenced by database');
    expect(await kept()).toBeUndefined();
  });

  it('a report of a database that the plan of the failover did not name, whatever it names now', async () => {
    const bench = await afterFailover();
    const now = bench.plan.databases.map((each) => ({
      ...each,
      ...(each.connection && { connection: { ...each.connection, database: 'shop' } }),
    }));
    Object.assign(bench.runtime, {
      loadPlans: () => Promise.resolve([{ ...bench.plan, databases: now }]),
    });
    const { reconcile, kept } = await prepare({ database: 'shop' }, bench);
    await expect(reconcile()).rejects.toThrow('Found shop; expected postgres.');
    expect(await kept()).toBeUndefined();
  });

  it('somebody’s word where the table knows that each fence was up', async () => {
    const { reconcile, kept } = await prepare();
    await expect(reconcile('--fenced-by-hand', 'stopped')).rejects.toThrow('nobody has to vouch');
    expect(await kept()).toBeUndefined();
  });

  it('a report from before the promotion, whoever vouches for the fence', async () => {
    const bench = await failedOver();
    const { reconcile } = await prepare({ comparedAt: '2026-10-02T17:04:44.999Z' }, bench);
    const done = reconcile('--fenced-by-hand', 'stopped');
    await expect(done).rejects.toThrow('The report is older than the promotion');
  });

  it('a report from before the promotion', async () => {
    const { reconcile, kept } = await prepare({ comparedAt: '2026-10-02T17:04:44.999Z' });
    await expect(reconcile()).rejects.toThrow(
      'The report is older than the promotion: compare again.',
    );
    expect(await kept()).toBeUndefined();
  });

  it('a report from before the fence: the old primary may have taken writes until then', async () => {
    const bench = await failedOver();
    const compared = bench.clock.now().toISOString();
    bench.comesBack();
    await bench.clock.advance(60);
    await bench.watch();
    const { reconcile, kept } = await prepare({ comparedAt: compared }, bench);
    await expect(reconcile()).rejects.toThrow('The report is older than the fence');
    expect(await kept()).toBeUndefined();
  });
});

describe('failover reconciled', () => {
  it('keeps who accounted for what, and why', async () => {
    const rows = [row('1')];
    const { reconcile, out, kept, incident, runtime } = await prepare({ rows });
    expect(await reconcile('--left', '1')).toBe(0);
    expect(out).toEqual([`${incident.id} is reconciled.`]);
    expect(await kept()).toMatchObject({
      ...{ by: olga, reason: 'applied', comparedAt: LATER, origins: [{ systemId: '7' }], left: 1 },
    });
    const ledger = await readLedger(runtime, incident.id);
    expect(ledger.map(({ what }) => what)).toContain('reconciled');
  });

  it('keeps who vouches for an old primary that the watch could not fence any more', async () => {
    const bench = await failedOver();
    await acknowledgePromotion(bench.runtime, 'orders');
    bench.comesBack();
    expect(await bench.watch()).toMatchObject({ ruleId: 'acknowledged' });
    const { reconcile, kept, err, incident, runtime } = await prepare({}, bench);
    expect(await reconcile('--fenced-by-hand', 'stopped since 17:20')).toBe(0);
    expect(err[0]).toContain('You vouch for it');
    const account = { by: olga, fencedByHand: 'stopped since 17:20', ruleId: 'attested' };
    expect(await kept()).toMatchObject(account);
    const ledger = await readLedger(runtime, incident.id);
    expect(ledger.find(({ what }) => what === 'reconciled')?.entry).toMatchObject(account);
  });

  it('says what it allows before it is done', async () => {
    const { reconcile, err } = await prepare();
    await reconcile();
    expect(err[0]).toContain(
      'After this a replica of orders may be built where the old primary is',
    );
  });

  it('keeps the first account, however often it is said', async () => {
    const { reconcile, kept, clock } = await prepare();
    await reconcile();
    const first = await kept();
    await clock.advance(60);
    await reconcile();
    expect(await kept()).toEqual(first);
  });

  it('helps, and needs nothing for it', async () => {
    const { run, command, out, connections } = await prepare();
    expect(await run(command, '--help')).toBe(0);
    expect(out[0]).toContain('failover reconciled PLAN --report DIR');
    expect(connections).toEqual([]);
  });
});
