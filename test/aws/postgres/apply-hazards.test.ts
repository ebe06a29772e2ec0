import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keyWords, nameOf } from '../../../core/reconcile/comparison.ts';
import type { Comparison } from '../../../core/reconcile/comparison.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, fork, read, run } from './diverging.ts';

const CLASSES = ['lostInsert', 'lostUpdate', 'lostDelete'];

/** What happened before the fork, after it on the old primary, and after it on the writer. */
interface History {
  readonly base: readonly string[];
  readonly there?: readonly string[];
  readonly here?: readonly string[];
}

describeOnPostgres('what would have been applied wrongly', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  async function parted(
    { base, there = [], here = [] }: History,
    work: (pair: RealPair, comparison: Comparison) => Promise<void>,
  ): Promise<void> {
    const pair = await template.open();
    try {
      // A standby knows that it deleted nothing once it has replayed something.
      await fork(pair, [...base, 'INSERT INTO writes VALUES (1)']);
      await run(pair, 'primary', there);
      await pair.promote();
      await run(pair, 'standby', here);
      await work(pair, await compare(pair));
    } finally {
      await pair.close();
    }
  }

  /** Each row with its class, or with what became of it. */
  const classes = ({ rows }: Comparison): string[] =>
    rows.map((row) => `${nameOf(row)} ${keyWords(row)} ${row.class}`).toSorted();
  const settle = async (...args: Parameters<typeof apply>): Promise<string[]> =>
    (await apply(...args))
      .flatMap(({ unit, outcome }) =>
        unit.rows.map((row) => `${nameOf(row)} ${keyWords(row)} ${outcome}`),
      )
      .toSorted();

  const ORDERS = [
    'CREATE TABLE orders (id int PRIMARY KEY, who text)',
    'CREATE TABLE payments (id int PRIMARY KEY, order_id int REFERENCES orders, who text)',
  ];

  it('does not hang a child on another row that has the number of its parent', async () => {
    const history = {
      base: ORDERS,
      there: [`INSERT INTO orders VALUES (1, 'ada')`, `INSERT INTO payments VALUES (9, 1, 'ada')`],
      here: [`INSERT INTO orders VALUES (1, 'bob')`],
    };
    await parted(history, async (pair, comparison) => {
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
    await parted({ base, there }, async (pair, comparison) => {
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
    await parted({ base, there: ['UPDATE rates SET rate = 1.00'] }, async (pair, comparison) => {
      expect(classes(comparison)).toEqual(['rates rate=1.00 lostUpdate']);
      await apply(pair, comparison, CLASSES);
      expect(await read(pair, 'standby', 'SELECT rate FROM rates')).toEqual(['{"rate":1.00}']);
    });
  }, 60_000);

  it('keeps what a savepoint wrote with the rest of its transaction', async () => {
    const base = ['CREATE TABLE bills (id int PRIMARY KEY, number int UNIQUE)'];
    const there = [
      'BEGIN; INSERT INTO bills VALUES (1, 1); SAVEPOINT s; INSERT INTO bills VALUES (2, 2);' +
        ' RELEASE s; COMMIT',
    ];
    const here = ['INSERT INTO bills VALUES (3, 2)'];
    await parted({ base, there, here }, async (pair, comparison) => {
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
    await parted(history, async (pair, comparison) => {
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
    await parted({ base, there, here: ['TRUNCATE items'] }, async (_, comparison) => {
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
    await parted(history, async (pair, comparison) => {
      const settled = await apply(pair, comparison, CLASSES, { renumber: ['orders.number'] });
      expect(settled.map(({ outcome, why }) => `${outcome} ${why}`)).toEqual([
        expect.stringContaining('refused A new number is asked for'),
      ]);
    });
  }, 60_000);

  it('fires no rule a second time', async () => {
    const base = [
      'CREATE TABLE items (id int PRIMARY KEY)',
      'CREATE TABLE audit (id serial PRIMARY KEY, item int)',
      `CREATE RULE noted AS ON INSERT TO items DO ALSO INSERT INTO audit (item) VALUES (NEW.id)`,
    ];
    await parted({ base, there: ['INSERT INTO items VALUES (1)'] }, async (pair, comparison) => {
      await apply(pair, comparison, CLASSES);
      expect(await read(pair, 'standby', 'SELECT item FROM audit')).toEqual(['{"item":1}']);
    });
  }, 60_000);

  it('moves a row from one part of a table to another, as a whole', async () => {
    const base = [
      'CREATE TABLE t (id int, region text, v text, PRIMARY KEY (id, region)) PARTITION BY LIST (region)',
      `CREATE TABLE t_a PARTITION OF t FOR VALUES IN ('a')`,
      `CREATE TABLE t_b PARTITION OF t FOR VALUES IN ('b')`,
      `INSERT INTO t VALUES (1, 'a', 'x')`,
    ];
    await parted({ base, there: [`UPDATE t SET region = 'b'`] }, async (pair, comparison) => {
      expect(
        new Set((await settle(pair, comparison, ['lostInsert'])).map((s) => s.split(' ').at(-1))),
      ).toEqual(new Set(['partly']));
      await apply(pair, comparison, CLASSES);
      expect(await read(pair, 'standby', 'SELECT region FROM t')).toEqual(['{"region":"b"}']);
    });
  }, 60_000);

  it('refuses a generated reference that nobody would check', async () => {
    const history = {
      base: [
        'CREATE TABLE parents (id int PRIMARY KEY)',
        `CREATE TABLE kids (id int PRIMARY KEY, raw int,
          pid int GENERATED ALWAYS AS (raw) STORED REFERENCES parents)`,
        `CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
        'CREATE TRIGGER t BEFORE INSERT ON kids FOR EACH ROW EXECUTE FUNCTION nothing()',
        'INSERT INTO parents VALUES (1)',
      ],
      there: ['INSERT INTO kids (id, raw) VALUES (1, 1)'],
      here: ['DELETE FROM parents'],
    };
    await parted(history, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual(['kids id=1 refused']);
      expect(await read(pair, 'standby', 'SELECT * FROM kids')).toEqual([]);
    });
  }, 60_000);

  it('applies nothing while a sequence cannot be moved past both sides', async () => {
    const history = {
      base: ['CREATE TABLE t (id bigserial PRIMARY KEY)'],
      there: [`SELECT setval('t_id_seq', 20000000)`, 'INSERT INTO t DEFAULT VALUES'],
    };
    await parted(history, async (pair, comparison) => {
      await expect(apply(pair, comparison, CLASSES)).rejects.toThrow(
        /sequence t_id_seq of The writer is 2000000\d values behind.*SELECT setval/,
      );
      expect(await read(pair, 'standby', 'SELECT * FROM t')).toEqual([]);
    });
  }, 60_000);

  it('compares a type with the operators of its own schema', async () => {
    const history = {
      base: [
        'CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext',
        'CREATE TABLE names (name ext.citext PRIMARY KEY, n int)',
        `INSERT INTO names SELECT CASE WHEN n % 2 = 0 THEN 'N' ELSE 'n' END || n, 0 FROM generate_series(1, 400) n`,
      ],
      there: ["UPDATE names SET n = 1 WHERE name IN ('n1', 'N200', 'n399')"],
    };
    await parted(history, async (pair, comparison) => {
      expect(classes(comparison)).toEqual([
        ...['names name=N200 lostUpdate', 'names name=n1 lostUpdate', 'names name=n399 lostUpdate'],
      ]);
      expect(await settle(pair, comparison, CLASSES)).toEqual([
        ...['names name=N200 applied', 'names name=n1 applied', 'names name=n399 applied'],
      ]);
    });
  }, 60_000);

  it('goes on after a transaction that the writer refuses for reasons of its own', async () => {
    const history = {
      base: [
        'CREATE TABLE closed (month int)',
        `CREATE FUNCTION is_open(m int) RETURNS bool LANGUAGE plpgsql AS $$
          BEGIN IF EXISTS (SELECT FROM public.closed WHERE month = m) THEN RAISE 'period closed'; END IF;
          RETURN true; END $$`,
        'CREATE TABLE books (id int PRIMARY KEY, month int CHECK (is_open(month)))',
      ],
      there: ['INSERT INTO books VALUES (1, 1)', 'INSERT INTO books VALUES (2, 2)'],
      here: ['INSERT INTO closed VALUES (1)'],
    };
    await parted(history, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual([
        ...['books id=1 refused', 'books id=2 applied'],
      ]);
    });
  }, 60_000);

  it('refuses a name that fits two rows, and finds one with any character in it', async () => {
    const base = ['CREATE TABLE t (a text, b text, PRIMARY KEY (a, b))'];
    const there = [
      `INSERT INTO t VALUES ('1', '2 b=3')`,
      `INSERT INTO t VALUES ('1 b=2', '3')`,
      `INSERT INTO t VALUES ('2026-11-26 10:00:00,5', 'x')`,
    ];
    await parted({ base, there }, async (pair, comparison) => {
      await expect(apply(pair, comparison, [], { rows: ['t:a=1 b=2 b=3'] })).rejects.toThrow(
        'which fits 2 rows',
      );
      const rows = ['t:a=2026-11-26 10:00:00,5 b=x'];
      const settled = await apply(pair, comparison, [], { rows });
      expect(settled.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
    });
  }, 60_000);

  it('finds the parent in whichever part of its table it is', async () => {
    const base = [
      'CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id)',
      'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)',
      'CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)',
      'CREATE TABLE kids (id int PRIMARY KEY, pid int REFERENCES p)',
      'INSERT INTO p VALUES (1)',
    ];
    const there = ['INSERT INTO kids VALUES (1, 1)'];
    await parted({ base, there }, async (pair, comparison) => {
      expect(comparison.rows.flatMap(({ obstacles }) => obstacles)).toEqual([]);
      expect(await settle(pair, comparison, CLASSES)).toEqual(['kids id=1 applied']);
    });
  }, 60_000);

  it('deletes a row that refers to itself', async () => {
    const base = [
      'CREATE TABLE nodes (id int PRIMARY KEY, parent int REFERENCES nodes)',
      'INSERT INTO nodes VALUES (1, 1)',
    ];
    await parted({ base, there: ['DELETE FROM nodes'] }, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual(['nodes id=1 applied']);
    });
  }, 60_000);

  it('lists unlogged tables and prepared transactions, which nobody can compare', async () => {
    const history = {
      base: ['CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)'],
      there: ['INSERT INTO cache VALUES (1)'],
    };
    await parted(history, async (_, { leftOut }) => {
      expect(leftOut).toEqual([
        { table: 'cache', why: 'It is unlogged: its rows are never replicated.', rows: 1 },
      ]);
    });
  }, 60_000);
});
