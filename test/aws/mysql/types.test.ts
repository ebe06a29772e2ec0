import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { reportSql } from '../../../aws/mysql/report-sql.ts';
import { openSide } from '../../../aws/mysql/side.ts';
import { tablesOf } from '../../../aws/mysql/tables.ts';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { describeOnMariadb, findMariadb } from './mariadb-present.ts';
import { DATABASE, found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

/** A column of each kind, and pairs of values that are easily taken for one another. */
const columns: readonly [type: string, there: string, here: string][] = [
  ['float', '0.1', '0.10000001'],
  ['float(7,2)', '1.10', '1.11'],
  ['double', '0.30000000000000004', '0.3'],
  ['double', '1.7976931348623157e308', '1.7976931348623155e308'],
  ['decimal(40,10)', '12345678901234567890.0000000001', '12345678901234567890.0000000002'],
  ['bigint unsigned', '18446744073709551615', '18446744073709551614'],
  ['int(5) zerofill', '42', '43'],
  ['year', '1999', '2000'],
  ['bit(64)', `b'${'1'.repeat(64)}'`, `b'${'1'.repeat(63)}0'`],
  ['bit(3)', `b'101'`, `b'100'`],
  ['binary(4)', `'a'`, `'a '`],
  ['varbinary(10)', `x'6100'`, `x'61'`],
  ['blob', `x'00ff27'`, `x'00ff'`],
  ['longblob', `''`, 'NULL'],
  ['text', `''`, 'NULL'],
  ['char(5)', `'ab'`, `'aB'`],
  ['varchar(10)', `'a '`, `'a'`],
  ['varchar(10) CHARACTER SET latin1', `'é'`, `'e'`],
  ['varchar(30)', `'it''s \\\\ a "b" \\n — 🙂'`, `'it''s \\\\ a "b" \\n – 🙂'`],
  ['text', `'-'`, 'NULL'],
  [`enum('', 'a', 'b,''c')`, `'b,''c'`, `''`],
  [`set('x', 'y', 'z')`, `'x,z'`, `'x'`],
  ['date', `'2026-02-28'`, `'2026-03-01'`],
  ['date', `'0000-00-00'`, 'NULL'],
  ['datetime(6)', `'2026-01-01 00:00:00.123456'`, `'2026-01-01 00:00:00.123457'`],
  ['timestamp(3) NULL', `'2026-10-25 01:30:00.001'`, `'2026-10-25 01:30:00.002'`],
  ['time(2)', `'-100:00:00.25'`, `'-100:00:00.26'`],
  ['json', `'{"b": 1, "a": 2}'`, `'{"a": 2, "b": 1}'`],
  ['geometry', `ST_GeomFromText('POINT(1 2)', 4326)`, `ST_GeomFromText('POINT(1 2)', 3857)`],
  ['point', `ST_GeomFromText('POINT(1 2)')`, `ST_GeomFromText('POINT(1 3)')`],
  ['uuid', `'b97a9f21-e9c4-11f1-8c7e-02fc00000001'`, `'b97a9f21-e9c4-11f1-8c7e-02fc00000002'`],
  ['inet6', `'::1'`, `'::2'`],
  ['inet4', `'10.0.0.1'`, `'10.0.0.2'`],
  ['int INVISIBLE', '7', '8'],
];
const name = (at: number): string => `c${String(at).padStart(2, '0')}`;

/** A row for each column: what the sides have there is the only difference. */
const rowsWith = (value: (pair: (typeof columns)[number]) => string): string[] =>
  columns.map((pair, at) => `INSERT INTO kinds (id, ${name(at)}) VALUES (${at}, ${value(pair)})`);

const TABLE = `CREATE TABLE kinds (
  id int PRIMARY KEY, doubled int AS (id * 2) VIRTUAL, tripled int AS (id * 3) STORED,
  ${columns.map(([type], at) => `${name(at)} ${type}`).join(', ')})`;

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
      const comparison = await pair.compare();
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
    await pair.fork([`SET sql_mode = ''`, TABLE, ...rowsWith(([, there]) => there)]);
    expect(found(await pair.compare())).toEqual([]);
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
    const { rows } = await pair.compare();
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
    expect(found(await pair.compare())).toEqual([]);
    await pair.old.run(
      [`SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'`, 'DELETE FROM kinds WHERE id > 20'],
      DATABASE,
    );
    await pair.writer.run(['DELETE FROM kinds WHERE id < 10'], DATABASE);
    expect((await pair.compare()).rows).toHaveLength(columns.length - 11);
    expect(runClient(await sqlFor())).toBe('');
    expect(found(await pair.compare())).toEqual([]);
  });

  it('are left alone by the SQL of the report if the writer changed them since', async () => {
    await pair.old.run(['UPDATE kinds SET c05 = 5 WHERE id = 5'], DATABASE);
    const sql = await sqlFor();
    await pair.writer.run(['UPDATE kinds SET c05 = 9 WHERE id = 5'], DATABASE);
    expect(runClient(sql)).toBe('');
    const [row] = (await pair.compare()).rows;
    expect(row).toMatchObject({ old: { c05: '5' }, writer: { c05: '9' } });
  });
});
