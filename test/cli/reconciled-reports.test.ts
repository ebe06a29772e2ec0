import { describe, expect, it } from '@jest/globals';
import { toJson } from '../../aws/drivers/snapshot.ts';
import { row } from '../core/reconcile/samples.ts';
import { afterFailover, forget } from '../functions/switchover-bench.ts';
import { asOlga } from './operator.ts';
import { operatorWithReports } from './reconciled-scene.ts';
import { LATER } from './reports.ts';

asOlga();
const { prepare, write } = operatorWithReports();
/** After a failover of two databases, of which one was compared. */
async function withTwoDatabases() {
  const bench = await afterFailover();
  const { plan, incident, world, store } = bench;
  const [orders, connection] = [plan.databases[0], plan.databases[0]?.connection];
  if (orders === undefined || connection === undefined) throw new Error('No database.');
  const users = { ...orders, id: 'users', connection: { ...connection, database: 'users' } };
  const kept = toJson({ plan: { ...plan, databases: [orders, users] }, incident });
  forget({ world, incident }, 'watched');
  await store.snapshotOnce(incident, 'watched', kept);
  return await prepare({}, bench);
}

describe('failover reconciled refuses', () => {
  it('rows that nobody can explain, unless somebody says how many were looked at', async () => {
    const rows = [row('1'), row('2', { class: 'unclear' })];
    const { reconcile, err, kept } = await prepare({ rows });
    expect(await reconcile('--left', '2')).toBe(1);
    expect(err.join()).toContain('found --unclear 0; the reports have 1 rows');
    expect(await kept()).toBeUndefined();
    expect(await reconcile('--left', '2', '--unclear', '1')).toBe(0);
    expect(await kept()).toMatchObject({ left: 2, unclear: 1 });
  });

  it('an old primary that did not stand still, however many rows are to be left', async () => {
    const leftOut = [
      {
        table: 'writes since',
        why: 'Fence it, and compare again.',
        rows: 2,
        mayGrow: true as const,
      },
    ];
    const { reconcile, err, kept } = await prepare({ leftOut });
    expect(await reconcile('--left', '2')).toBe(1);
    expect(err.join()).toContain('writes since: Fence it, and compare again.');
    expect(await kept()).toBeUndefined();
  });

  it('two reports of the same database', async () => {
    const { reconcile, report } = await prepare();
    await expect(reconcile('--report', report)).rejects.toThrow('found two of the same database');
  });

  it('the report of one of two databases', async () => {
    const { reconcile, kept } = await withTwoDatabases();
    await expect(reconcile()).rejects.toThrow('Missing: users.');
    expect(await kept()).toBeUndefined();
  });
});

describe('failover reconciled', () => {
  it('takes a report of each database, and is as old as the oldest', async () => {
    const { reconcile, kept } = await withTwoDatabases();
    const users = { database: 'users', name: 'users', comparedAt: '2026-10-02T18:30:00.000Z' };
    expect(await reconcile('--report', await write(users))).toBe(0);
    expect(await kept()).toMatchObject({
      comparedAt: LATER,
      origins: [{ database: 'postgres' }, { database: 'users' }],
    });
  });
});
