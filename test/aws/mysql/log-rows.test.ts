import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareAfter, ITEMS, THREE } from './items.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { columns, name, rowsWith, tableOf } from './kinds.ts';
import { found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('the binary log of the old primary', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  const after = (...story: [readonly string[], readonly string[], readonly string[]]) =>
    compareAfter(pair, ...story);

  it('does not hide rows that a foreign key deleted, which it does not tell', async () => {
    const base = [
      ITEMS,
      THREE,
      `CREATE TABLE parts (id int PRIMARY KEY, item int NOT NULL,
        FOREIGN KEY (item) REFERENCES items (id) ON DELETE CASCADE)`,
      'INSERT INTO parts VALUES (10, 1), (11, 1), (20, 2)',
    ];
    const there = ['DELETE FROM items WHERE id = 1', 'UPDATE parts SET item = 3 WHERE id = 20'];
    const comparison = await after(base, there, []);
    expect(found(comparison)).toEqual([
      'items id=1 lostDelete',
      'parts id=10 unclear',
      'parts id=11 unclear',
      'parts id=20 lostUpdate',
    ]);
    expect(comparison.blindSpots.join()).toContain('parts: its rows change with those of another');
  });

  it('is not believed of a table whose rows are otherwise, and the table is told', async () => {
    const base = ['CREATE TABLE words (word varchar(9) PRIMARY KEY, n int)', ITEMS, THREE];
    const there = [`UPDATE words SET word = 'A'`, `UPDATE items SET value = 'z' WHERE id = 1`];
    const comparison = await after([...base, `INSERT INTO words VALUES ('a', 1)`], there, []);
    expect(found(comparison)).toEqual(['items id=1 lostUpdate', 'words word=A unclear']);
    expect(comparison.blindSpots.join()).toContain('words: what the binary log says of its rows');
    // It wrote past the log: the row is there, and the log says that it was deleted.
    const past = [
      'DELETE FROM items WHERE id = 1',
      'SET sql_log_bin = 0',
      THREE.replace(', (2', ' -- '),
    ];
    const other = await after([ITEMS, THREE], past, []);
    expect(other.blindSpots.join()).toContain('items: what the binary log says of its rows');
  });

  it('tells what lost transactions did to tables that are not compared, and which they split', async () => {
    const { rows, leftOut } = await after(
      [
        ITEMS,
        THREE,
        'CREATE TABLE notes (text text)',
        `INSERT INTO notes VALUES ('a')`,
        'CREATE SEQUENCE numbers',
      ],
      [
        ...[
          'BEGIN',
          `INSERT INTO notes VALUES ('b'), ('c')`,
          `UPDATE items SET value = 'z' WHERE id = 1`,
        ],
        ...['COMMIT', `INSERT INTO items VALUES (NEXTVAL(numbers) + 8, 'x')`],
      ],
      [],
    );
    expect(leftOut).toMatchObject([
      { table: 'notes', rows: 3, why: expect.stringContaining('Lost transactions made 2 changes') },
    ]);
    expect(rows).toMatchObject([
      {
        ...{ key: { id: '1' }, class: 'lostUpdate' },
        obstacles: [{ kind: 'leftOut', why: expect.stringContaining('also wrote to notes') }],
      },
      { key: { id: '9' }, obstacles: [] },
    ]);
  });

  it('knows a row by its key, however the writer writes it', async () => {
    const { rows } = await after(
      [
        'CREATE TABLE words (word varchar(9) PRIMARY KEY, n int)',
        `INSERT INTO words VALUES ('a', 1)`,
      ],
      ['DELETE FROM words'],
      [`UPDATE words SET word = 'A'`],
    );
    expect(rows).toMatchObject([{ class: 'conflict', key: { word: 'A' }, base: { word: 'a' } }]);
  });

  it('has rows as they were at the fork, their transactions, and conflicts', async () => {
    const { rows, source } = await after(
      [ITEMS, THREE],
      [
        'BEGIN',
        `INSERT INTO items VALUES (4, 'd')`,
        `UPDATE items SET value = 'there' WHERE id = 1`,
        'COMMIT',
        'DELETE FROM items WHERE id = 2',
        `UPDATE items SET value = 'mine' WHERE id = 3`,
        `INSERT INTO items VALUES (5, 'x')`,
      ],
      [`UPDATE items SET value = 'yours' WHERE id = 3`, `INSERT INTO items VALUES (5, 'y')`],
    );
    expect(source).toMatchObject({
      kind: 'binlog',
      why: expect.stringContaining('0-1-6 to 0-1-10'),
    });
    const told = rows.map(({ key, class: kind, base, transaction }) => [
      ...[key['id'], kind, base?.['value'] ?? null, transaction?.xid],
    ]);
    expect(told).toEqual([
      ['1', 'lostUpdate', 'a', '0-1-7'],
      ['3', 'conflict', 'c', '0-1-9'],
      ['4', 'lostInsert', null, '0-1-7'],
      ['5', 'conflict', null, '0-1-10'],
      ['2', 'lostDelete', 'b', '0-1-8'],
    ]);
    const units = new Set(rows.map(({ unit }) => unit));
    expect(units.size).toBe(4);
    expect(rows[0]?.unit).toBe(rows[2]?.unit);
    expect(rows[0]?.transaction?.committedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  it('tells values of every kind, but those of geometry, as the server writes them', async () => {
    const plain = columns.filter(([type]) => !type.includes(`,''`));
    const { rows, blindSpots } = await after(
      [`SET sql_mode = ''`, tableOf(plain), ...rowsWith(([, there]) => there, plain)],
      [`SET sql_mode = '', time_zone = '+05:00'`, `UPDATE kinds SET c00 = c00, more = 1`],
      [],
    );
    expect(blindSpots.join()).not.toContain('what the binary log says');
    const uncertain = rows.filter(({ class: kind }) => kind !== 'lostUpdate');
    const types = uncertain.map(({ key }) => plain[Number(key['id'])]?.[0]);
    expect(rows).toHaveLength(plain.length);
    expect(types).toEqual(['geometry', 'point']);
    for (const { key, base, writer, class: kind } of rows) {
      if (kind !== 'lostUpdate') continue;
      const at = name(Number(key['id']));
      expect([at, Number(base?.[at]) || base?.[at]]).toEqual([
        at,
        Number(writer?.[at]) || writer?.[at],
      ]);
    }
  });
});
