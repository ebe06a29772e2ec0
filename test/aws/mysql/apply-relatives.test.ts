import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { apply, parted, told } from './applying.ts';
import { ITEMS, THREE } from './items.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('applying to MariaDB what has triggers and foreign keys', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());
  const here = (sql: string) => pair.writer.read(sql, DATABASE);

  it('refuses what would fire a trigger, and names it', async () => {
    const base = [
      ITEMS,
      THREE,
      'CREATE TRIGGER noted BEFORE INSERT ON items FOR EACH ROW SET NEW.value = 1',
    ];
    const there = [`INSERT INTO items VALUES (4, 'd')`, 'DELETE FROM items WHERE id = 1'];
    const settled = await apply(pair, await parted(pair, base, there));
    expect(told(settled)).toEqual(['items id=1 applied', 'items id=4 refused']);
    expect(settled[0]?.why).toContain('The trigger noted of items would fire');
  });

  it('never cascades to what the writer took since, also in another database', async () => {
    const base = [
      ITEMS,
      THREE,
      'CREATE TABLE parts (id int PRIMARY KEY, item int, FOREIGN KEY (item) REFERENCES items (id) ON DELETE CASCADE)',
      'INSERT INTO parts VALUES (2, 2)',
    ];
    const compared = await parted(
      pair,
      base,
      ['DELETE FROM items WHERE id = 1', 'DELETE FROM items WHERE id = 3', 'DELETE FROM parts'],
      [
        ...[
          'INSERT INTO parts VALUES (9, 1)',
          'DROP DATABASE IF EXISTS far',
          'CREATE DATABASE far',
        ],
        `CREATE TABLE far.parts (id int PRIMARY KEY, item int,
          FOREIGN KEY (item) REFERENCES ${DATABASE}.items (ID) ON DELETE SET NULL)`,
        'INSERT INTO far.parts VALUES (1, 3)',
      ],
    );
    try {
      const settled = await apply(pair, compared);
      expect(told(settled)).toEqual([
        'items id=1 refused',
        'items id=3 refused',
        'parts id=2 applied',
        'parts id=9 undecided',
      ]);
      expect(
        settled.flatMap(({ why, outcome }) => (outcome === 'refused' ? why : [])).toSorted(),
      ).toEqual(['Rows of far.parts refer to it.', 'Rows of shop.parts refer to it.']);
      expect(await here('SELECT item FROM parts')).toEqual(['[1]']);
      expect(await here('SELECT item FROM far.parts')).toEqual(['[3]']);
    } finally {
      await pair.writer.run(['DROP DATABASE far']);
    }
  });

  it('gives no row to a parent that both sides wrote, unless the old one is taken', async () => {
    const base = [
      'CREATE TABLE orders (id int PRIMARY KEY, buyer varchar(9))',
      'CREATE TABLE parts (id int PRIMARY KEY, item int, FOREIGN KEY (item) REFERENCES orders (id))',
    ];
    const compared = await parted(
      pair,
      base,
      [`INSERT INTO orders VALUES (4, 'there')`, 'INSERT INTO parts VALUES (1, 4), (2, NULL)'],
      [`INSERT INTO orders VALUES (4, 'here')`],
    );
    const settled = await apply(pair, compared);
    expect(told(settled)).toEqual([
      'orders id=4 undecided',
      'parts id=1 refused',
      'parts id=2 refused',
    ]);
    expect(settled.find(({ outcome }) => outcome === 'refused')?.why).toContain(
      'It belongs to orders id=4, which both sides wrote',
    );
    expect(await here('SELECT id FROM parts')).toEqual([]);
    const taken = await apply(pair, compared, ['lostInsert', 'orders:conflict']);
    expect(new Set(taken.map(({ outcome }) => outcome))).toEqual(new Set(['applied']));
    expect(await here('SELECT buyer FROM orders')).toEqual(['["there"]']);
    expect(await here('SELECT id FROM parts ORDER BY id')).toEqual(['[1]', '[2]']);
  });

  it('gives no row to another one that got the number of its lost parent since', async () => {
    const base = [
      'CREATE TABLE orders (id int PRIMARY KEY, buyer varchar(9))',
      'CREATE TABLE parts (id int PRIMARY KEY, item int, FOREIGN KEY (item) REFERENCES orders (id))',
    ];
    const there = [`INSERT INTO orders VALUES (4, 'there')`, 'INSERT INTO parts VALUES (1, 4)'];
    const compared = await parted(pair, base, there);
    await pair.writer.run([`INSERT INTO orders VALUES (4, 'here')`], DATABASE);
    const settled = await apply(pair, compared);
    expect(told(settled)).toEqual(['orders id=4 refused', 'parts id=1 refused']);
    expect(await here('SELECT id FROM parts')).toEqual([]);
  });

  it('moves AUTO_INCREMENT also where there are sequences', async () => {
    const base = [
      'CREATE TABLE orders (id int AUTO_INCREMENT PRIMARY KEY)',
      'CREATE SEQUENCE numbers',
    ];
    const there = ['INSERT INTO orders VALUES (40)', 'SELECT SETVAL(numbers, 5000)'];
    const compared = await parted(pair, base, there);
    expect(compared.sequences.map(({ name }) => name).toSorted()).toEqual([
      'orders (AUTO_INCREMENT)',
      'sequence numbers',
    ]);
    expect(told(await apply(pair, compared))).toEqual(['orders id=40 applied']);
    const after = await pair.compare();
    expect([after.sequences, after.rows]).toEqual([[], []]);
  });
});
