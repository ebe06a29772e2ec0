import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import { keyWords } from '../../../core/reconcile/comparison.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, approve, compare, openWriter, read, run } from './diverging.ts';
import { CLASSES, parted, settle } from './parted.ts';
import { SHOP } from './shop.ts';

describeOnPostgres('applying, again and at the same time', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('moves sequences past what the old primary had given out', async () => {
    const there = Array.from(
      { length: 40 },
      () => 'INSERT INTO orders (customer, total) VALUES (1, 1)',
    );
    await parted(
      template,
      { base: SHOP, there: there, here: ["SELECT setval('orders_id_seq', 20)"] },
      async (pair, comparison) => {
        expect(comparison.sequences).toEqual([
          { schema: 'public', name: 'orders_id_seq', old: '60', writer: '20' },
        ]);
        await apply(pair, comparison, CLASSES);
        await run(pair, 'standby', ['INSERT INTO orders (customer, total) VALUES (1, 1)']);
        const [last] = await read(pair, 'standby', 'SELECT max(id) AS id FROM orders');
        expect(last).toBe('{"id":61}');
      },
    );
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
    await parted(template, { base: base, there: there, here: here }, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual([
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
    await parted(template, { base: [], there: there, here: [] }, async (pair, comparison) => {
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
    await parted(template, { base: [], there: there, here: [] }, async (pair, comparison) => {
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
