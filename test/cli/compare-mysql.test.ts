import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyCommand } from '../../cli/apply.ts';
import { compareCommand } from '../../cli/compare.ts';
import { UsageError } from '../../cli/io.ts';
import type { Command } from '../../cli/io.ts';
import { writeReport } from '../../cli/report-folder.ts';
import type { Comparison } from '../../core/reconcile/comparison.ts';
import { describeOnMariadb } from '../aws/mysql/mariadb-present.ts';
import { DATABASE, openPair } from '../aws/mysql/pair.ts';
import type { Pair } from '../aws/mysql/pair.ts';
import { row } from '../core/reconcile/samples.ts';

/** Runs a command and gives what it printed. */
async function run(command: Command, ...args: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const code = await command(args, {
    out: (line) => {
      lines.push(line);
    },
    err: (line) => {
      lines.push(line);
    },
    isTerminal: false,
    ask: () => Promise.resolve(undefined),
  });
  return { code, out: lines.join('\n') };
}

describe('failover compare with addresses of MySQL', () => {
  it('refuses two kinds of databases, and half an address', async () => {
    const args = ['--old', 'postgres://a@b/c', '--writer', 'mysql://a@b/c'];
    await expect(run(compareCommand, ...args)).rejects.toThrow(UsageError);
    await expect(run(compareCommand, ...args)).rejects.toThrow('found two kinds of databases');
    await expect(
      run(compareCommand, '--old', 'mysql://a@b', '--writer', 'mysql://a@b'),
    ).rejects.toThrow('The old primary: found the database ""');
  });
});

describe('failover apply with an address of MySQL', () => {
  it('is refused with a report about PostgreSQL', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'region-failover-'));
    const lost = row('1');
    const comparison: Comparison = {
      origin: { systemId: '7', writerTimeline: 2, database: 'shop' },
      source: { kind: 'comparison', why: '' },
      ...{ tables: [], leftOut: [], sequences: [], blindSpots: [], rows: [lost] },
    };
    const report = join(folder, 'report');
    try {
      await writeReport(report, { comparison, sql: '', comparedAt: new Date(0), mask: [] });
      const how = [
        '--approve',
        'lostInsert',
        '--by',
        'ada',
        '--writer',
        'mysql://a@127.0.0.1/shop',
      ];
      const applied = run(applyCommand, report, ...how, '--confirm', 'shop');
      await expect(applied).rejects.toThrow(UsageError);
      await expect(applied).rejects.toThrow('--writer: found a database of another kind');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describeOnMariadb('failover compare with two databases of MariaDB', () => {
  let pair: Pair;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'region-failover-'));
    pair = await openPair();
    await pair.fork([
      'CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, card text)',
      `INSERT INTO orders (card) VALUES ('4111')`,
    ]);
  }, 60_000);
  afterAll(async () => {
    await pair.close();
    await rm(folder, { recursive: true, force: true });
  });

  const bothAs = (user: string, ...more: string[]) =>
    run(
      compareCommand,
      ...['--old', pair.old.url(DATABASE, user), '--writer', pair.writer.url(DATABASE, user)],
      ...more,
    );
  const both = (...more: string[]) => bothAs('root', ...more);
  const file = (report: string, name: string) => readFile(join(folder, report, name), 'utf8');

  it('refuses a mask that hides nothing', async () => {
    const args = ['--report', join(folder, 'none'), '--mask', 'orders.crad'];
    await expect(both(...args)).rejects.toThrow('found "orders.crad"');
  });

  it('says that nothing is missing, then what is, with the transactions that never crossed', async () => {
    expect(await both()).toMatchObject({
      code: 0,
      out: expect.stringContaining('Nothing of the old primary is missing.'),
    });
    await pair.old.run([`INSERT INTO orders (card) VALUES ('4222')`], DATABASE);
    const { code, out } = await both('--report', join(folder, 'lost'), '--mask', 'orders.card');
    expect(code).toBe(1);
    expect(out).toContain('The binary log of the old primary explains what differs.');
    expect(out).toContain('orders: 1 inserted on the old primary only');
    expect(out).toContain('orders id=2: lostInsert.');
  });

  it('writes a report: a page that hides what is masked, rows, and SQL for this database', async () => {
    const page = await file('lost', 'report.html');
    expect(page).toContain('1 row of the old primary never reached the writer');
    expect(page).toContain('MariaDB: server 1 and server 2');
    expect(page).toContain('<code>failover apply</code> applies what is');
    expect(page).toContain('orders (AUTO_INCREMENT): 2 there, 1 on the writer');
    expect(page).toContain('They belong to 1 transaction. The old primary committed it 20');
    expect(page).not.toContain('4222');
    expect(page).not.toContain('Nothing stands in the way');
    expect(JSON.parse(await file('lost', 'rows.jsonl'))).toMatchObject({
      ...{ name: 'orders', class: 'lostInsert', old: { id: '2', card: '4222' }, writer: null },
    });
    const sql = await file('lost', 'apply.sql');
    expect(sql).toContain('USE `shop`;');
    expect(sql).toContain("\nINSERT INTO `orders` (`card`, `id`) VALUES ('4222', 2);\n");
    expect(sql).toMatch(/^-- orders \(AUTO_INCREMENT\): .* AUTO_INCREMENT = 3;$/m);
  });

  it('leaves the SQL of what is unclear in comments: the writer may have deleted it', async () => {
    await pair.writer.run([`INSERT INTO orders VALUES (9, 'a  b')`], DATABASE);
    const { out } = await bothAs('rows_only', '--report', join(folder, 'unclear'));
    expect(out).toContain('Nothing explains what differs: only the two sides were compared.');
    expect(out).toContain('orders: 2 different, and it cannot be told who wrote last');
    const sql = await file('unclear', 'apply.sql');
    expect(sql).toMatch(/^-- INSERT INTO `orders` .* VALUES \('4222', 2\);$/m);
    expect(sql).toMatch(
      /^-- DELETE FROM `orders` WHERE `id` = 9 AND SHA2\(.*\) = '[0-9a-f]{64}';$/m,
    );
    expect(sql).not.toMatch(/^(INSERT|DELETE|UPDATE)/m);
  });

  it('is followed by failover apply, which says what it would do, does it once, and refuses the rest', async () => {
    const report = join(folder, 'lost');
    const how = [report, '--approve', 'lostInsert', '--by', 'ada'];
    const writer = ['--writer', pair.writer.url(DATABASE), '--confirm', DATABASE];
    const other = run(applyCommand, ...how, '--writer', 'postgres://a@b/shop');
    await expect(other).rejects.toThrow('--writer: found a database of another kind');
    await expect(run(applyCommand, ...how, ...writer, '--renumber', 'orders.id')).rejects.toThrow(
      '--renumber: found a report of MySQL or MariaDB; expected PostgreSQL',
    );
    const planned = await run(applyCommand, ...how, '--dry-run');
    expect(planned).toMatchObject({ code: 0, out: expect.stringContaining('will be applied') });
    expect(await pair.writer.read('SELECT id FROM orders WHERE id = 2', DATABASE)).toEqual([]);
    const applied = await run(applyCommand, ...how, ...writer);
    expect(applied).toMatchObject({ code: 0, out: expect.stringContaining('(1 row) applied.') });
    expect(await pair.writer.read('SELECT card FROM orders WHERE id = 2', DATABASE)).toEqual([
      '["4222"]',
    ]);
    const again = await run(applyCommand, ...how, ...writer);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('applied before.') });
  });
});
