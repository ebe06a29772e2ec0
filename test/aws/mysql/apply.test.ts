import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openWriter } from '../../../aws/mysql/writer-side.ts';
import { apply, parted, told } from './applying.ts';
import { ITEMS, THREE } from './items.ts';
import { columns, name, rowsWith, tableOf } from './kinds.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('applying what never crossed to MariaDB', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());
  const here = (sql: string) => pair.writer.read(sql, DATABASE);

  it('gives the writer what was inserted, changed and deleted, once', async () => {
    const compared = await parted(
      pair,
      [ITEMS, THREE],
      [
        'BEGIN',
        `INSERT INTO items VALUES (0, 'x')`,
        `UPDATE items SET value = 'y' WHERE id = 1`,
      ].concat(['COMMIT', 'DELETE FROM items WHERE id = 2']),
    );
    expect(told(await apply(pair, compared))).toEqual([
      ...['items id=0 applied', 'items id=1 applied', 'items id=2 applied'],
    ]);
    expect(await here('SELECT id, value FROM items ORDER BY id')).toEqual([
      ...['[0,"x"]', '[1,"y"]', '[3,"c"]'],
    ]);
    expect(await here('SELECT DISTINCT applied_by FROM region_failover.applied')).toEqual([
      '["Ada"]',
    ]);
    expect(found(await pair.compare())).toEqual([]);
    // What the writer does with it after that is its own doing.
    await pair.writer.run(
      ['DELETE FROM items WHERE id = 0', `UPDATE items SET value = 'z' WHERE id = 1`],
      DATABASE,
    );
    expect(told(await apply(pair, compared))).toEqual([
      ...['items id=0 already', 'items id=1 already', 'items id=2 already'],
    ]);
    expect(await here('SELECT id FROM items ORDER BY id')).toEqual(['[1]', '[3]']);
    expect(found(await pair.compare())).toEqual([]);
  });

  it('applies everything once, whoever applies at the same time', async () => {
    const there = Array.from({ length: 20 }, (_, n) => `INSERT INTO items VALUES (${n}, 'v')`);
    const compared = await parted(pair, [ITEMS], there);
    await apply(pair, { ...compared, rows: compared.rows.slice(0, 1) });
    const both = await Promise.all([apply(pair, compared), apply(pair, compared)]);
    expect(both.flat().filter(({ outcome }) => outcome === 'applied')).toHaveLength(19);
    expect(both.flat().filter(({ outcome }) => outcome === 'already')).toHaveLength(21);
  });

  it('refuses a transaction as a whole if the writer changed a row of it since', async () => {
    const compared = await parted(
      pair,
      [ITEMS, THREE],
      [`UPDATE items SET value = 'n' WHERE id < 3`],
    );
    await pair.writer.run([`UPDATE items SET value = 'late' WHERE id = 2`], DATABASE);
    const settled = await apply(pair, compared);
    expect(settled.map(({ outcome, why }) => `${outcome} ${why}`)).toEqual([
      'refused The writer changed items id=2 since the comparison. Compare again.',
    ]);
    expect(await here('SELECT value FROM items ORDER BY id')).toEqual([
      '["a"]',
      '["late"]',
      '["c"]',
    ]);
    expect(await here('SELECT * FROM region_failover.applied')).toEqual([]);
  });

  it('tries what is taken or lacks a parent after the others, and refuses it without quoting values', async () => {
    const base = [
      'CREATE TABLE mails (id int PRIMARY KEY, mail varchar(30), UNIQUE KEY one_mail (mail))',
      'CREATE TABLE boxes (id int PRIMARY KEY, mail int, CONSTRAINT of_mail FOREIGN KEY (mail) REFERENCES mails (id))',
      `INSERT INTO mails VALUES (1, 'a'), (2, 'b')`,
    ];
    const there = [
      ...['SET foreign_key_checks = 0', 'INSERT INTO boxes VALUES (1, 7), (2, 99)'],
      ...[`INSERT INTO mails VALUES (7, 'c')`, `INSERT INTO mails VALUES (8, 'secret')`],
      ...[
        'BEGIN',
        `UPDATE mails SET mail = 'x' WHERE id = 1`,
        `UPDATE mails SET mail = 'a' WHERE id = 2`,
      ],
      ...['COMMIT', 'INSERT INTO boxes VALUES (3, 10)', `INSERT INTO mails VALUES (10, 'd')`],
    ];
    const compared = await parted(pair, base, there, [`INSERT INTO mails VALUES (50, 'secret')`]);
    const settled = await apply(pair, compared);
    expect(told(settled)).toEqual([
      ...['boxes id=1 refused', 'boxes id=2 refused', 'boxes id=3 applied', 'mails id=1 applied'],
      ...['mails id=10 applied', 'mails id=2 applied', 'mails id=7 applied', 'mails id=8 refused'],
    ]);
    const refused = settled.filter(({ outcome }) => outcome === 'refused');
    expect(refused.map(({ why }) => why).toSorted()).toEqual([
      'Another row of the writer has its value (1062, ER_DUP_ENTRY, key one_mail).',
      expect.stringMatching(
        /^The writer lacks a row that it refers to \(1452, .*constraint of_mail\)\.$/,
      ),
    ]);
    expect(refused.map(({ detail }) => detail).join()).toContain('secret');
  });

  it('writes every kind of value to the bit', async () => {
    const base = [
      tableOf(),
      ...rowsWith(([, , value]) => value),
      'CREATE TABLE stamps (id int PRIMARY KEY, value int, at timestamp DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP)',
      `INSERT INTO stamps VALUES (1, 1, '2020-01-01 00:00:00')`,
    ];
    const there = [
      `SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'`,
      ...columns.map(([, value], at) => `UPDATE kinds SET ${name(at)} = ${value} WHERE id = ${at}`),
      ...rowsWith(([, value]) => value).map((sql) => sql.replace(/VALUES \((\d+)/, 'VALUES (10$1')),
      `UPDATE stamps SET value = 2, at = at WHERE id = 1`,
    ];
    const compared = await parted(pair, [`SET sql_mode = ''`, ...base], there);
    // What the log does not read for certain is decided by name.
    const byName = compared.rows.map((row) => `${row.name}:${row.class}`);
    const settled = await apply(pair, compared, [...new Set(byName)]);
    expect(told(settled).filter((each) => !each.endsWith(' applied'))).toEqual([]);
    expect(compared.rows.length).toBeGreaterThan(columns.length);
    expect(found(await pair.compare())).toEqual([]);
    expect(await here('SELECT at FROM stamps')).toEqual(
      await pair.old.read('SELECT at FROM stamps', DATABASE),
    );
  }, 60_000);

  it('counts a row that was found, and had the new value already', async () => {
    const writer = await openWriter('The writer', pair.writer.url(DATABASE));
    await pair.fork([ITEMS, THREE]);
    expect(await writer.run(`UPDATE items SET value = 'a' WHERE id = 1`)).toBe(1);
    await writer.close();
  });

  it('refuses another server, a writer that is read only, and a role that may not keep marks', async () => {
    const compared = await parted(pair, [ITEMS], [`INSERT INTO items VALUES (1, 'a')`]);
    const { origin } = compared;
    await expect(
      apply(pair, { ...compared, origin: { ...origin, writerServer: 'server 1' } }),
    ).rejects.toThrow(
      'found MariaDB server 2, database shop; expected MariaDB server 1, database shop',
    );
    await pair.writer.run(['SET GLOBAL read_only = 1']);
    await expect(apply(pair, compared)).rejects.toThrow('is read only');
    await pair.writer.run(['SET GLOBAL read_only = 0']);
    const run = (grant: string) =>
      pair.writer.run(['SET sql_log_bin = 0', 'CREATE USER IF NOT EXISTS app@localhost', grant]);
    await run(`GRANT SELECT, INSERT ON ${DATABASE}.* TO app@localhost`);
    await expect(apply(pair, compared, undefined, 'app')).rejects.toThrow(
      'GRANT TRIGGER ON `shop`.*',
    );
    await run(`GRANT TRIGGER ON ${DATABASE}.* TO app@localhost`);
    await expect(apply(pair, compared, undefined, 'app')).rejects.toThrow(
      'GRANT CREATE, SELECT, INSERT ON region_failover.*',
    );
    expect(await here('SELECT * FROM items')).toEqual([]);
    await run('GRANT CREATE, SELECT, INSERT ON region_failover.* TO app@localhost');
    expect(told(await apply(pair, compared, undefined, 'app'))).toEqual(['items id=1 applied']);
  });

  it('gives up a row that somebody holds, and leaves nothing of its transaction', async () => {
    const compared = await parted(
      pair,
      [ITEMS, THREE],
      [`UPDATE items SET value = 'n' WHERE id < 3`],
    );
    const holder = await openWriter('Somebody', pair.writer.url(DATABASE));
    await holder.run('SELECT * FROM items WHERE id = 2 FOR UPDATE');
    const [settled] = await apply(pair, compared);
    expect(settled?.why).toMatch(/^Somebody else held a lock \(1205, .*Try it again\.$/);
    await holder.close();
    expect(await here('SELECT value FROM items WHERE id = 1')).toEqual(['["a"]']);
    expect(told(await apply(pair, compared))).toEqual(['items id=1 applied', 'items id=2 applied']);
  }, 30_000);
});
