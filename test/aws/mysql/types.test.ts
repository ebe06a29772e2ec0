import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { reportSql } from '../../../aws/mysql/report-sql.ts';
import { openSide } from '../../../aws/mysql/side.ts';
import { tablesOf } from '../../../aws/mysql/tables.ts';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { columns, name, rowsWith, tableOf } from './kinds.ts';
import { describeOnMariadb, findMariadb } from './mariadb-present.ts';
import { DATABASE, found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('values of every kind', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  /** What a report says to do about the differences, with the statements that wait for a decision. */
  async function sqlFor(): Promise<string> {
    const side = await openSide('The old primary', pair.old.url(DATABASE));
    try {
      const comparison = await pair.compareRowsOnly();
      const rows = comparison.rows.map((row): RowReport => ({ ...row, class: 'lostUpdate' }));
      return reportSql({ ...comparison, rows }, await tablesOf(side));
    } finally {
      await side.close();
    }
  }

  /** Runs SQL as somebody does who was given a file of it. */
  function runClient(sql: string): string {
    const args = ['--no-defaults', '-uroot', '-h127.0.0.1', `-P${pair.writer.port}`];
    const { status, stderr } = spawnSync(findMariadb(process.env)?.client ?? '', args, {
      input: sql,
      encoding: 'utf8',
    });
    return status === 0 ? '' : stderr;
  }

  it('differ where they differ, even if they look the same, and nowhere else', async () => {
    await pair.fork([`SET sql_mode = ''`, tableOf(), ...rowsWith(([, there]) => there)]);
    expect(found(await pair.compareRowsOnly())).toEqual([]);
    await pair.writer.run(
      [
        `SET sql_mode = ''`,
        ...columns.map(
          ([, , here], at) => `UPDATE kinds SET ${name(at)} = ${here} WHERE id = ${at}`,
        ),
      ],
      DATABASE,
    );
    // Where only the writer went on, nothing of the old primary is missing.
    await pair.old.run([`INSERT INTO kept VALUES (2)`], DATABASE);
    const { rows } = await pair.compareRowsOnly();
    expect(rows.map(({ name: table, key }) => `${table} ${key['id'] ?? ''}`)).toEqual([
      'kept 2',
      ...columns.map((_, at) => `kinds ${at}`),
    ]);
    for (const row of rows.slice(1)) {
      const differing = Object.keys(row.old ?? {}).filter(
        (column) => row.old?.[column] !== row.writer?.[column],
      );
      expect(differing).toEqual([name(Number(row.key['id']))]);
      expect(Object.keys(row.old ?? {})).not.toContain('doubled');
    }
  });

  it('are put right by the SQL of the report, to the bit', async () => {
    expect(runClient(await sqlFor())).toBe('');
    expect(found(await pair.compareRowsOnly())).toEqual([]);
    await pair.old.run(
      [`SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'`, 'DELETE FROM kinds WHERE id > 20'],
      DATABASE,
    );
    await pair.writer.run(['DELETE FROM kinds WHERE id < 10'], DATABASE);
    expect((await pair.compareRowsOnly()).rows).toHaveLength(columns.length - 11);
    expect(runClient(await sqlFor())).toBe('');
    expect(found(await pair.compareRowsOnly())).toEqual([]);
  });

  it('are left alone by the SQL of the report if the writer changed them since', async () => {
    await pair.old.run(['UPDATE kinds SET c05 = 5 WHERE id = 5'], DATABASE);
    const sql = await sqlFor();
    await pair.writer.run(['UPDATE kinds SET c05 = 9 WHERE id = 5'], DATABASE);
    expect(runClient(sql)).toBe('');
    const [row] = (await pair.compareRowsOnly()).rows;
    expect(row).toMatchObject({ old: { c05: '5' }, writer: { c05: '9' } });
  });
});
