import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, read } from './diverging.ts';
import { CLASSES, classes, parted, settle } from './parted.ts';

describeOnPostgres('a schema that makes applying harder', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('fires no rule a second time', async () => {
    const base = [
      'CREATE TABLE items (id int PRIMARY KEY)',
      'CREATE TABLE audit (id serial PRIMARY KEY, item int)',
      `CREATE RULE noted AS ON INSERT TO items DO ALSO INSERT INTO audit (item) VALUES (NEW.id)`,
    ];
    await parted(
      template,
      { base, there: ['INSERT INTO items VALUES (1)'] },
      async (pair, comparison) => {
        await apply(pair, comparison, CLASSES);
        expect(await read(pair, 'standby', 'SELECT item FROM audit')).toEqual(['{"item":1}']);
      },
    );
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
    await parted(template, history, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual(['kids id=1 refused']);
      expect(await read(pair, 'standby', 'SELECT * FROM kids')).toEqual([]);
    });
  }, 60_000);

  it('applies nothing while a sequence cannot be moved past both sides', async () => {
    const history = {
      base: ['CREATE TABLE t (id bigserial PRIMARY KEY)'],
      there: [`SELECT setval('t_id_seq', 20000000)`, 'INSERT INTO t DEFAULT VALUES'],
    };
    await parted(template, history, async (pair, comparison) => {
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
        `INSERT INTO names SELECT CASE WHEN n % 2 = 0 THEN 'N' ELSE 'n' END || n, 0
          FROM generate_series(1, 400) n`,
      ],
      there: ["UPDATE names SET n = 1 WHERE name IN ('n1', 'N200', 'n399')"],
    };
    await parted(template, history, async (pair, comparison) => {
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
          BEGIN
          IF EXISTS (SELECT FROM public.closed WHERE month = m) THEN RAISE 'period closed'; END IF;
          RETURN true; END $$`,
        'CREATE TABLE books (id int PRIMARY KEY, month int CHECK (is_open(month)))',
      ],
      there: ['INSERT INTO books VALUES (1, 1)', 'INSERT INTO books VALUES (2, 2)'],
      here: ['INSERT INTO closed VALUES (1)'],
    };
    await parted(template, history, async (pair, comparison) => {
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
    await parted(template, { base, there }, async (pair, comparison) => {
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
    await parted(template, { base, there }, async (pair, comparison) => {
      expect(comparison.rows.flatMap(({ obstacles }) => obstacles)).toEqual([]);
      expect(await settle(pair, comparison, CLASSES)).toEqual(['kids id=1 applied']);
    });
  }, 60_000);

  it('deletes a row that refers to itself', async () => {
    const base = [
      'CREATE TABLE nodes (id int PRIMARY KEY, parent int REFERENCES nodes)',
      'INSERT INTO nodes VALUES (1, 1)',
    ];
    await parted(template, { base, there: ['DELETE FROM nodes'] }, async (pair, comparison) => {
      expect(await settle(pair, comparison, CLASSES)).toEqual(['nodes id=1 applied']);
    });
  }, 60_000);

  it('lists unlogged tables and prepared transactions, which nobody can compare', async () => {
    const history = {
      base: ['CREATE UNLOGGED TABLE cache (id int PRIMARY KEY)'],
      there: ['INSERT INTO cache VALUES (1)'],
    };
    await parted(template, history, async (_, { leftOut }) => {
      expect(leftOut).toEqual([
        { table: 'cache', why: 'It is unlogged: its rows are never replicated.', rows: 1 },
      ]);
    });
  }, 60_000);
});
