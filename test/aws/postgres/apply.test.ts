import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Settled } from '../../../aws/postgres/apply.ts';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, approve, compare, fork, openWriter, read, run } from './diverging.ts';
import { keyWords, nameOf } from '../../../core/reconcile/comparison.ts';

const SHOP = [
  'CREATE TABLE customers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, mail text UNIQUE)',
  `CREATE TABLE orders (
    id bigserial PRIMARY KEY, customer int NOT NULL REFERENCES customers ON DELETE CASCADE,
    total numeric(12, 3) NOT NULL, note text, at timestamptz, tags text[], data jsonb, blob bytea,
    doubled numeric GENERATED ALWAYS AS (total * 2) STORED)`,
  `INSERT INTO customers (mail) SELECT 'c' || n || '@example.com' FROM generate_series(1, 5) n`,
  `INSERT INTO orders (customer, total) SELECT 1 + n % 5, n FROM generate_series(1, 20) n`,
];
/** A standby knows that it deleted nothing once it has replayed something. */
const BASE = ['INSERT INTO writes VALUES (1)'];
const CLASSES = ['lostInsert', 'lostUpdate', 'lostDelete'];

const told = (settled: readonly Settled[]): string[] =>
  settled
    .flatMap(({ unit, outcome }) =>
      unit.rows.map((row) => `${nameOf(row)} ${keyWords(row)} ${outcome}`),
    )
    .toSorted();

describeOnPostgres('applying what never crossed', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** Parts a pair, lets both sides change, and works with it. */
  async function parted(
    base: readonly string[],
    there: readonly string[],
    here: readonly string[],
    work: (pair: RealPair) => Promise<void>,
  ): Promise<void> {
    const pair = await template.open();
    try {
      await fork(pair, base);
      await run(pair, 'primary', there);
      await pair.promote();
      await run(pair, 'standby', here);
      await work(pair);
    } finally {
      await pair.close();
    }
  }

  it('refuses a server that is not the writer which was compared', async () => {
    await parted([], ['INSERT INTO writes VALUES (7)'], [], async (pair) => {
      const comparison = await compare(pair);
      const other = { ...comparison.origin, writerTimeline: 1 };
      await expect(apply(pair, { ...comparison, origin: other }, CLASSES)).rejects.toThrow(
        'is not the one that was compared',
      );
      expect(await read(pair, 'standby', 'SELECT * FROM writes')).toEqual([]);
    });
  }, 60_000);

  it('gives the writer what was inserted, changed and deleted, to the last digit', async () => {
    const there = [
      `WITH c AS (INSERT INTO customers (mail) VALUES ('new@example.com') RETURNING id)
       INSERT INTO orders (customer, total, note, at, tags, data, blob)
       SELECT id, 12345678.125, E'it''s\\n"new" \\\\ ☃', '2026-11-26 10:00:00.123456+01',
         ARRAY['a', NULL, 'b,"c'], '{"n": 1.10}', '\\x00ff' FROM c`,
      `UPDATE orders SET note = 'changed', total = total + 0.001 WHERE id IN (3, 4)`,
      'DELETE FROM orders WHERE id = 5',
    ];
    await parted(SHOP, there, [`UPDATE orders SET note = 'x' WHERE id = 20`], async (pair) => {
      const comparison = await compare(pair);
      expect(comparison.rows.map(({ class: kind }) => kind).toSorted()).toEqual([
        ...['lostDelete', 'lostInsert', 'lostInsert', 'lostUpdate', 'lostUpdate'],
      ]);
      const settled = await apply(pair, comparison, CLASSES);
      expect(settled.map(({ outcome, why }) => `${outcome} ${why}`)).toEqual(
        Array.from({ length: 3 }, () => 'applied The writer has it now.'),
      );
      const all = 'SELECT * FROM orders WHERE id <> 20 ORDER BY id';
      expect(await read(pair, 'standby', all)).toEqual(await read(pair, 'primary', all));
      expect((await compare(pair)).rows).toEqual([]);
    });
  }, 60_000);

  it('applies a transaction as a whole, and leaves it if something stands in its way', async () => {
    const there = [
      // Both in one transaction: the mail of the second belongs to somebody else by now.
      `INSERT INTO customers (mail) VALUES ('fine@example.com'), ('taken@example.com')`,
      `INSERT INTO orders (customer, total) VALUES (2, 1)`,
      `UPDATE orders SET note = 'there' WHERE id = 3`,
    ];
    const here = [
      'ALTER SEQUENCE customers_id_seq RESTART 1000',
      `INSERT INTO customers (mail) VALUES ('taken@example.com')`,
      `UPDATE orders SET note = 'here' WHERE id = 3`,
    ];
    await parted(SHOP, there, here, async (pair) => {
      const comparison = await compare(pair);
      const settled = await apply(pair, comparison, CLASSES);
      expect(told(settled)).toEqual([
        'customers id=6 refused',
        'customers id=7 refused',
        'orders id=21 applied',
        'orders id=3 undecided',
      ]);
      expect(settled.find(({ outcome }) => outcome === 'refused')?.why).toContain(
        `mail=taken@example.com belongs to the writer's row id=1000`,
      );
      const left = await compare(pair);
      expect(left.rows.map((row) => `${nameOf(row)} ${keyWords(row)}`).toSorted()).toEqual([
        'customers id=6',
        'customers id=7',
        'orders id=3',
      ]);
      // A conflict is decided by name.
      const decided = await apply(pair, left, [], { rows: ['orders:id=3'] });
      expect(told(decided)).toContain('orders id=3 applied');
      const note = await read(pair, 'standby', 'SELECT note FROM orders WHERE id = 3');
      expect(note).toEqual(['{"note":"there"}']);
    });
  }, 60_000);

  it('never deletes what the writer took since, although the schema would cascade', async () => {
    const there = ['DELETE FROM orders WHERE customer = 2', 'DELETE FROM customers WHERE id = 2'];
    const here = ['INSERT INTO orders (customer, total) VALUES (2, 99)'];
    await parted(SHOP, there, here, async (pair) => {
      const comparison = await compare(pair);
      const settled = await apply(pair, comparison, CLASSES);
      expect(told(settled)).toContain('customers id=2 refused');
      const kept = await read(pair, 'standby', 'SELECT total FROM orders WHERE customer = 2');
      expect(kept).toEqual(['{"total":99.000}']);
    });
  }, 60_000);

  it('does not give a row another version if the writer changed it since the comparison', async () => {
    await parted(SHOP, [`UPDATE orders SET note = 'a' WHERE id < 3`], [], async (pair) => {
      const comparison = await compare(pair);
      await run(pair, 'standby', [`UPDATE orders SET note = 'late' WHERE id = 1`]);
      const settled = await apply(pair, comparison, CLASSES);
      // One transaction wrote both rows: neither is applied.
      expect(told(settled)).toEqual(['orders id=1 refused', 'orders id=2 refused']);
      const notes = await read(pair, 'standby', 'SELECT note FROM orders WHERE id < 3 ORDER BY id');
      expect(notes).toEqual(['{"note":"late"}', '{"note":null}']);
    });
  }, 60_000);

  it('fires no trigger a second time, and keeps foreign keys all the same', async () => {
    const trigger = [
      'CREATE TABLE audit (id serial PRIMARY KEY, what text)',
      `CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS
       $$BEGIN INSERT INTO audit (what) VALUES (TG_OP || NEW.id); RETURN NEW; END$$`,
      'CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note()',
    ];
    const there = [
      'INSERT INTO orders (customer, total) VALUES (1, 1)',
      'INSERT INTO orders (customer, total) VALUES (3, 1)',
    ];
    const here = ['DELETE FROM orders WHERE customer = 3', 'DELETE FROM customers WHERE id = 3'];
    await parted([...SHOP, ...trigger], there, here, async (pair) => {
      const comparison = await compare(pair);
      // Deletes by the writer make it unclear whether it had the orders: somebody says so by name.
      const items = ['orders:unclear', 'lostInsert'];
      const settled = await apply(pair, comparison, items);
      expect(told(settled)).toEqual([
        ...['audit id=1 applied', 'audit id=2 refused'],
        ...['orders id=21 applied', 'orders id=22 refused'],
      ]);
      expect(await read(pair, 'standby', 'SELECT what FROM audit')).toEqual([
        '{"what":"INSERT21"}',
      ]);
    });
  }, 60_000);

  it('moves sequences past what the old primary had given out', async () => {
    const there = Array.from(
      { length: 40 },
      () => 'INSERT INTO orders (customer, total) VALUES (1, 1)',
    );
    await parted(SHOP, there, ["SELECT setval('orders_id_seq', 20)"], async (pair) => {
      const comparison = await compare(pair);
      expect(comparison.sequences).toEqual([
        { schema: 'public', name: 'orders_id_seq', old: '60', writer: '20' },
      ]);
      await apply(pair, comparison, CLASSES);
      await run(pair, 'standby', ['INSERT INTO orders (customer, total) VALUES (1, 1)']);
      const [last] = await read(pair, 'standby', 'SELECT max(id) AS id FROM orders');
      expect(last).toBe('{"id":61}');
    });
  }, 60_000);

  it('gives a row a new number where the writer gave its number to another one', async () => {
    const base = [
      'CREATE TABLE bills (id text PRIMARY KEY, number bigserial UNIQUE, mail text UNIQUE)',
    ];
    const there = [
      `INSERT INTO bills (id, mail) VALUES ('a', 'a')`,
      `INSERT INTO bills (id, mail) VALUES ('b', 'taken')`,
    ];
    const here = [
      `SELECT setval('bills_number_seq', 1, false)`,
      `INSERT INTO bills (id, mail) VALUES ('x', 'x'), ('y', 'taken')`,
    ];
    await parted(base, there, here, async (pair) => {
      const comparison = await compare(pair);
      expect(told(await apply(pair, comparison, CLASSES))).toEqual([
        ...['bills id=a refused', 'bills id=b refused'],
      ]);
      await expect(
        apply(pair, comparison, CLASSES, { renumber: ['bills.nummer'] }),
      ).rejects.toThrow('Found "bills.nummer"; expected TABLE.COLUMN of a row in the report');
      // No sequence makes mail addresses.
      const mails = await apply(pair, comparison, CLASSES, {
        renumber: ['bills.number', 'bills.mail'],
      });
      expect(mails.map(({ outcome, why }) => `${outcome} ${why}`).toSorted()).toEqual([
        'applied The writer has it now. bills id=a has number 3 instead of 1.',
        expect.stringContaining('refused No sequence numbers bills.mail'),
      ]);
      const [number] = await read(pair, 'standby', `SELECT number FROM bills WHERE id = 'a'`);
      expect(number).toBe('{"number":3}');
      const left = (await compare(pair)).rows.map((row) => keyWords(row));
      expect(left).toEqual(['id=b']);
    });
  }, 60_000);

  it('applies everything once, whoever applies at the same time and however often', async () => {
    const there = Array.from({ length: 30 }, (_, n) => `INSERT INTO writes VALUES (${n + 100})`);
    await parted(BASE, there, [], async (pair) => {
      const comparison = await compare(pair);
      const both = await Promise.all([
        apply(pair, comparison, CLASSES),
        apply(pair, comparison, CLASSES),
      ]);
      const applied = both.flat().filter(({ outcome }) => outcome === 'applied');
      expect(applied).toHaveLength(30);
      // What the writer deletes after that stays deleted: it was applied once.
      await run(pair, 'standby', ['DELETE FROM writes WHERE write = 100']);
      const again = await apply(pair, comparison, CLASSES);
      expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['already']));
      expect((await compare(pair)).rows).toEqual([]);
      expect(await read(pair, 'standby', 'SELECT count(*) FROM writes')).toEqual(['{"count":30}']);
    });
  }, 60_000);

  it('stops between two transactions, and goes on where it stopped', async () => {
    const there = Array.from({ length: 5 }, (_, n) => `INSERT INTO writes VALUES (${n + 100})`);
    await parted(BASE, there, [], async (pair) => {
      const comparison = await compare(pair);
      const writer = await openWriter(pair);
      const units = applyUnits(writer, comparison, approve(CLASSES));
      await units.next();
      await units.next();
      await units.return(undefined);
      await writer.close();
      expect(await read(pair, 'standby', 'SELECT * FROM writes')).toHaveLength(3);
      const rest = await apply(pair, comparison, CLASSES);
      expect(rest.map(({ outcome }) => outcome)).toEqual([
        ...['already', 'already', 'applied', 'applied', 'applied'],
      ]);
    });
  }, 60_000);
});
