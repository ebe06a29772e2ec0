import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, read, run } from './diverging.ts';
import { CLASSES, classes, parted, settle } from './parted.ts';

const ORDERS = [
  'CREATE TABLE orders (id int PRIMARY KEY, who text)',
  'CREATE TABLE payments (id int PRIMARY KEY, order_id int REFERENCES orders, who text)',
];

describeOnPostgres('rows that belong together', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('does not hang a child on another row that has the number of its parent', async () => {
    const history = {
      base: ORDERS,
      there: [`INSERT INTO orders VALUES (1, 'ada')`, `INSERT INTO payments VALUES (9, 1, 'ada')`],
      here: [`INSERT INTO orders VALUES (1, 'bob')`],
    };
    await parted(template, history, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual([
        ...['orders id=1 undecided', 'payments id=9 refused'],
      ]);
      // Once somebody decided for the parent, its child follows.
      const rows = ['orders:id=1'];
      expect(await settle(pair, comparison, CLASSES, { rows })).toEqual([
        ...['orders id=1 applied', 'payments id=9 applied'],
      ]);
      expect(await read(pair, 'standby', 'SELECT who FROM orders')).toEqual(['{"who":"ada"}']);
    });
  }, 60_000);

  it('moves a row whose key was changed, whatever of it was approved', async () => {
    const base = [
      'CREATE TABLE people (id int PRIMARY KEY, mail text UNIQUE)',
      `INSERT INTO people VALUES (1, 'ada')`,
    ];
    const there = ['UPDATE people SET id = 500 WHERE id = 1'];
    await parted(template, { base, there }, async (pair, comparison) => {
      expect(await settle(pair, comparison, ['lostDelete'])).toEqual([
        ...['people id=1 partly', 'people id=500 partly'],
      ]);
      expect(await settle(pair, comparison, CLASSES)).toEqual([
        ...['people id=1 applied', 'people id=500 applied'],
      ]);
      expect(await read(pair, 'standby', 'SELECT id FROM people')).toEqual(['{"id":500}']);
    });
  }, 60_000);

  it('takes two texts of one key for one row', async () => {
    const base = [
      'CREATE TABLE rates (rate numeric PRIMARY KEY)',
      'INSERT INTO rates VALUES (1.0)',
    ];
    await parted(
      template,
      { base, there: ['UPDATE rates SET rate = 1.00'] },
      async (pair, comparison) => {
        expect(classes(comparison)).toEqual(['rates rate=1.00 lostUpdate']);
        await apply(pair, comparison, CLASSES);
        expect(await read(pair, 'standby', 'SELECT rate FROM rates')).toEqual(['{"rate":1.00}']);
      },
    );
  }, 60_000);

  it('keeps what a savepoint wrote with the rest of its transaction', async () => {
    const base = ['CREATE TABLE bills (id int PRIMARY KEY, number int UNIQUE)'];
    const there = [
      'BEGIN; INSERT INTO bills VALUES (1, 1); SAVEPOINT s; INSERT INTO bills VALUES (2, 2);' +
        ' RELEASE s; COMMIT',
    ];
    const here = ['INSERT INTO bills VALUES (3, 2)'];
    await parted(template, { base, there, here }, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual([
        ...['bills id=1 refused', 'bills id=2 refused'],
      ]);
      expect(await read(pair, 'standby', 'SELECT id FROM bills')).toEqual(['{"id":3}']);
    });
  }, 60_000);

  it('does not split a transaction over a table that was left out, nor hide what it left', async () => {
    const history = {
      base: ['CREATE TABLE a (id int PRIMARY KEY)', 'CREATE TABLE b (id int PRIMARY KEY)'],
      there: ['BEGIN; INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); COMMIT'],
      here: ['ALTER TABLE b ADD COLUMN more int'],
    };
    await parted(template, history, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual(['a id=1 refused']);
      expect(await settle(pair, comparison, CLASSES, { leave: ['b'] })).toEqual(['a id=1 applied']);
      await run(pair, 'standby', ['ALTER TABLE b DROP COLUMN more']);
      expect(classes(await compare(pair))).toEqual(['b id=1 lostInsert']);
    });
  }, 60_000);

  it('does not call a row new that the writer may have taken away', async () => {
    const base = [
      'CREATE TABLE items (id int PRIMARY KEY, v text)',
      `INSERT INTO items VALUES (1, 'a')`,
    ];
    const there = [`UPDATE items SET v = 'b'`];
    await parted(template, { base, there, here: ['TRUNCATE items'] }, async (_, comparison) => {
      expect(classes(comparison)).toEqual(['items id=1 unclear']);
    });
  }, 60_000);

  it('gives no new number that another row of the transaction may mean', async () => {
    const history = {
      base: [
        'CREATE TABLE orders (id text PRIMARY KEY, number serial UNIQUE)',
        'CREATE TABLE invoices (id int PRIMARY KEY, order_number int)',
      ],
      there: [
        `WITH o AS (INSERT INTO orders (id) VALUES ('old') RETURNING number)
         INSERT INTO invoices SELECT 7, number FROM o`,
      ],
      here: [`INSERT INTO orders (id) VALUES ('new')`],
    };
    await parted(template, history, async (pair, comparison) => {
      const settled = await apply(pair, comparison, CLASSES, { renumber: ['orders.number'] });
      expect(settled.map(({ outcome, why }) => `${outcome} ${why}`)).toEqual([
        expect.stringContaining('refused A new number is asked for'),
      ]);
    });
  }, 60_000);

  it('moves a row from one part of a table to another, as a whole', async () => {
    const base = [
      'CREATE TABLE t (id int, region text, v text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)',
      `CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a')`,
      `CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b')`,
      `INSERT INTO t VALUES (1, 'a', 'x')`,
    ];
    await parted(
      template,
      { base, there: [`UPDATE t SET region = 'b'`] },
      async (pair, comparison) => {
        expect(
          new Set((await settle(pair, comparison, ['lostInsert'])).map((s) => s.split(' ').at(-1))),
        ).toEqual(new Set(['partly']));
        await apply(pair, comparison, CLASSES);
        expect(await read(pair, 'standby', 'SELECT region FROM t')).toEqual(['{"region":"b"}']);
      },
    );
  }, 60_000);
});
