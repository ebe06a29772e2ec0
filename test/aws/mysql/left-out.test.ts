import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { compareDatabases } from '../../../aws/mysql/compare.ts';
import { withSides } from '../../../aws/mysql/side.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

const ROWS = 'SELECT seq AS id FROM seq_1_to_3';

describeOnMariadb('what is not compared', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  it('is listed with its reason and its rows, and nothing is left out in silence', async () => {
    await pair.fork([
      `CREATE TABLE bare (id int) ${ROWS}`,
      `CREATE TABLE halves (id text, PRIMARY KEY (id(1))) ${ROWS}`,
      `CREATE TABLE maybe (id int NULL UNIQUE) ${ROWS}`,
      `CREATE TABLE unsafe (id int PRIMARY KEY) ENGINE = MyISAM ${ROWS}`,
      `CREATE TABLE kept_twice (id int PRIMARY KEY) WITH SYSTEM VERSIONING`,
      'INSERT INTO kept_twice VALUES (1)',
      `CREATE TABLE grown (id int PRIMARY KEY) ${ROWS}`,
      `CREATE TABLE recoded (id varchar(9) CHARACTER SET latin1 PRIMARY KEY) ${ROWS}`,
      `CREATE TABLE gone (id int PRIMARY KEY) ${ROWS}`,
      'CREATE VIEW seen AS SELECT * FROM grown',
    ]);
    await pair.old.run([`CREATE TABLE fresh (id int PRIMARY KEY) ${ROWS}`], DATABASE);
    await pair.writer.run(
      [
        'ALTER TABLE grown ADD COLUMN more int',
        'ALTER TABLE recoded CONVERT TO CHARACTER SET utf8mb4',
        'RENAME TABLE gone TO newer',
      ],
      DATABASE,
    );
    const { leftOut, tables } = await pair.compare();
    expect(leftOut).toEqual([
      { table: 'bare', why: expect.stringContaining('no primary key'), rows: 3 },
      { table: 'fresh', why: expect.stringContaining('made 3 changes to its rows'), rows: 3 },
      { table: 'gone', why: 'The writer has no such table.', rows: 3 },
      { table: 'grown', why: 'Its columns or its key were changed on one side.', rows: 3 },
      { table: 'halves', why: expect.stringContaining('no primary key'), rows: 3 },
      { table: 'kept_twice', why: expect.stringContaining('SYSTEM VERSIONED'), rows: 1 },
      { table: 'maybe', why: expect.stringContaining('without NULL'), rows: 3 },
      { table: 'recoded', why: 'Its columns or its key were changed on one side.', rows: 3 },
      { table: 'unsafe', why: expect.stringContaining('MyISAM has no snapshots'), rows: 3 },
      { table: 'newer', why: expect.stringContaining('The old primary has no such'), rows: 3 },
    ]);
    expect(tables.map(({ table }) => table)).toEqual(['kept']);
  });

  it('is not a table with another unique key, nor one in parts, nor one in another order', async () => {
    await pair.fork([
      'CREATE TABLE other (mail varchar(20) NOT NULL UNIQUE, note text)',
      `CREATE TABLE parted (id int PRIMARY KEY, note text) PARTITION BY RANGE (id)
        (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE)`,
      'CREATE TABLE turned (id int PRIMARY KEY, a int, b int)',
      `INSERT INTO other VALUES ('a@example.com', 'x')`,
      `INSERT INTO parted VALUES (1, 'x'), (11, 'y')`,
      'INSERT INTO turned VALUES (1, 2, 3)',
      'ALTER TABLE turned MODIFY b int AFTER id',
    ]);
    await pair.old.run(
      [
        `UPDATE other SET note = 'z'`,
        `INSERT INTO parted VALUES (12, 'z')`,
        'UPDATE turned SET a = 3',
      ],
      DATABASE,
    );
    const comparison = await pair.compare();
    expect(comparison.leftOut).toEqual([]);
    expect(found(comparison)).toEqual([
      'other mail=a@example.com lostUpdate',
      'parted id=12 lostInsert',
      'turned id=1 lostUpdate',
    ]);
  });

  it('are no numbers: those that only the old primary gave out are told', async () => {
    await pair.fork([
      'CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY, note text)',
      `INSERT INTO orders (note) VALUES ('a')`,
      'CREATE SEQUENCE tickets CACHE 1',
      'CREATE SEQUENCE down START WITH -1 INCREMENT BY -1 MINVALUE -100 MAXVALUE -1 CACHE 1',
    ]);
    await pair.old.run(
      [
        `INSERT INTO orders (note) VALUES ('b'), ('c')`,
        'DELETE FROM orders WHERE id > 1',
        'SELECT NEXTVAL(tickets)',
        'SELECT NEXTVAL(tickets)',
        'SELECT NEXTVAL(down)',
        'CREATE SEQUENCE fresh',
      ],
      DATABASE,
    );
    const { sequences, leftOut, rows } = await pair.compare();
    expect(rows).toEqual([]);
    expect(sequences).toEqual([
      { schema: '', name: 'orders (AUTO_INCREMENT)', old: '3', writer: '1' },
      { schema: '', name: 'sequence down', old: '-1', writer: '0' },
      { schema: '', name: 'sequence tickets', old: '2', writer: '0' },
    ]);
    expect(leftOut).toMatchObject([{ table: 'sequence fresh' }]);
  });

  it('may be a table that the role cannot see, which is said', async () => {
    await pair.fork([
      `CREATE TABLE hidden (id int PRIMARY KEY) ${ROWS}`,
      `CREATE OR REPLACE USER reader@localhost`,
      `GRANT SELECT ON ${DATABASE}.kept TO reader@localhost`,
    ]);
    const urls = {
      old: pair.old.url(DATABASE, 'reader'),
      writer: pair.writer.url(DATABASE, 'reader'),
    };
    const few = await withSides(urls, compareDatabases);
    expect(few.tables.map(({ table }) => table)).toEqual(['kept']);
    expect(few.blindSpots.filter((each) => each.includes('is not granted'))).toHaveLength(2);
    const grant = [`GRANT SELECT ON ${DATABASE}.* TO reader@localhost`];
    await Promise.all([pair.old.run(grant), pair.writer.run(grant)]);
    const all = await withSides(urls, compareDatabases);
    expect(all.tables.map(({ table }) => table)).toEqual(['hidden', 'kept']);
    expect(all.blindSpots.join()).not.toContain('is not granted');
  });

  it('are writes during the comparison, which are told', async () => {
    await pair.fork(['CREATE TABLE items (id int PRIMARY KEY)']);
    const urls = { old: pair.old.url(DATABASE), writer: pair.writer.url(DATABASE) };
    const { blindSpots, rows } = await withSides(urls, async (sides) => {
      const query: typeof sides.old.query = async (row, sql) => {
        const result = await sides.old.query(row, sql);
        if (sql.includes('gtid_binlog_state'))
          await pair.old.run(['INSERT INTO items VALUES (1)'], DATABASE);
        return result;
      };
      return await compareDatabases({ ...sides, old: { ...sides.old, query } });
    });
    expect(blindSpots[0]).toContain('the old primary was told to write (1 statement)');
    expect(rows).toEqual([]);
  });
});
