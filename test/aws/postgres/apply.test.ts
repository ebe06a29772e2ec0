import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keyWords, nameOf } from '../../../core/reconcile/comparison.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, read, run } from './diverging.ts';
import { CLASSES, parted, told } from './parted.ts';
import { SHOP } from './shop.ts';

describeOnPostgres('applying what never crossed', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('refuses a server that is not the writer which was compared', async () => {
    await parted(
      template,
      { base: [], there: ['INSERT INTO writes VALUES (7)'], here: [] },
      async (pair, comparison) => {
        const other = { ...comparison.origin, writerTimeline: 1 };
        await expect(apply(pair, { ...comparison, origin: other }, CLASSES)).rejects.toThrow(
          'is not the one that was compared',
        );
        expect(await read(pair, 'standby', 'SELECT * FROM writes')).toEqual(['{"write":1}']);
      },
    );
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
    await parted(
      template,
      { base: SHOP, there: there, here: [`UPDATE orders SET note = 'x' WHERE id = 20`] },
      async (pair, comparison) => {
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
      },
    );
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
    await parted(template, { base: SHOP, there: there, here: here }, async (pair, comparison) => {
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
    await parted(template, { base: SHOP, there: there, here: here }, async (pair, comparison) => {
      const settled = await apply(pair, comparison, CLASSES);
      expect(told(settled)).toContain('customers id=2 refused');
      const kept = await read(pair, 'standby', 'SELECT total FROM orders WHERE customer = 2');
      expect(kept).toEqual(['{"total":99.000}']);
    });
  }, 60_000);

  it('does not give a row another version if the writer changed it since the comparison', async () => {
    await parted(
      template,
      { base: SHOP, there: [`UPDATE orders SET note = 'a' WHERE id < 3`], here: [] },
      async (pair, comparison) => {
        await run(pair, 'standby', [`UPDATE orders SET note = 'late' WHERE id = 1`]);
        const settled = await apply(pair, comparison, CLASSES);
        // One transaction wrote both rows: neither is applied.
        expect(told(settled)).toEqual(['orders id=1 refused', 'orders id=2 refused']);
        const notes = await read(
          pair,
          'standby',
          'SELECT note FROM orders WHERE id < 3 ORDER BY id',
        );
        expect(notes).toEqual(['{"note":"late"}', '{"note":null}']);
      },
    );
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
    await parted(
      template,
      { base: [...SHOP, ...trigger], there: there, here: here },
      async (pair, comparison) => {
        const items = ['orders:unclear', 'lostInsert'];
        const settled = await apply(pair, comparison, items);
        expect(told(settled)).toEqual([
          ...['audit id=1 applied', 'audit id=2 refused'],
          ...['orders id=21 applied', 'orders id=22 refused'],
        ]);
        expect(await read(pair, 'standby', 'SELECT what FROM audit')).toEqual([
          '{"what":"INSERT21"}',
        ]);
      },
    );
  }, 60_000);
});
