import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RowReport } from '../../../core/reconcile/comparison.ts';
import { unitsOf } from '../../../core/reconcile/units.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, compare, run } from './diverging.ts';
import { classesOf, FULL, TABLE, THREE, transaction, withStory } from './slot-story.ts';

describeOnPostgres('a slot of the old primary', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('tells insert from update and delete, whatever the writer deleted', async () => {
    const story = {
      base: [TABLE, FULL, THREE],
      there: [
        `UPDATE items SET value = 'there' WHERE id = 1`,
        'DELETE FROM items WHERE id = 2',
        `INSERT INTO items VALUES (8, 'there'), (9, 'there')`,
      ],
      here: [
        'DELETE FROM items WHERE id IN (1, 3)',
        `UPDATE items SET value = 'here' WHERE id = 2`,
        `INSERT INTO items VALUES (9, 'here')`,
      ],
    };
    await withStory(template, story, ({ rows }) => {
      const found = rows.toSorted((a, b) => Number(a.key['id']) - Number(b.key['id']));
      expect(found).toMatchObject([
        { class: 'conflict', base: { id: '1', value: 'a' }, old: { value: 'there' }, writer: null },
        { class: 'conflict', base: { id: '2', value: 'b' }, old: null, writer: { value: 'here' } },
        { class: 'lostInsert', base: null, key: { id: '8' } },
        { class: 'conflict', base: null, why: expect.stringContaining('inserted') },
      ]);
      expect(found.map(({ transaction: by }) => by === null)).toEqual([false, false, false, false]);
    });
  }, 60_000);

  it('counts a delete to its transaction, and ties together what wrote the same row', async () => {
    const story = {
      base: [TABLE, FULL, THREE],
      there: [
        transaction('DELETE FROM items WHERE id = 1', `INSERT INTO items VALUES (4, 'p')`),
        transaction(`INSERT INTO items VALUES (5, 'q'), (6, 'q')`),
        transaction(`UPDATE items SET value = 'r' WHERE id IN (3, 5)`),
        // It came and went: nothing hangs together by it.
        transaction(`INSERT INTO items VALUES (7, 's')`, 'DELETE FROM items WHERE id = 2'),
        transaction('DELETE FROM items WHERE id = 7', `INSERT INTO items VALUES (8, 't')`),
      ],
      here: [],
    };
    await withStory(template, story, async (comparison, pair) => {
      const units = unitsOf(comparison.rows);
      const keys = units.map(({ rows }) =>
        rows
          .map(({ key }) => key['id'])
          .toSorted()
          .join(),
      );
      expect(keys).toEqual(['1,4', '3,5,6', '2', '8']);
      // Read again, it says the same; what was applied is not found again.
      expect(await compare(pair)).toEqual(comparison);
      const settled = await apply(pair, comparison, ['lostInsert', 'lostUpdate', 'lostDelete']);
      expect(settled.map(({ outcome }) => outcome)).toEqual([
        'applied',
        'applied',
        'applied',
        'applied',
      ]);
      await run(pair, 'standby', [`UPDATE items SET value = 'later' WHERE id = 5`]);
      expect((await compare(pair)).rows).toEqual([]);
    });
  }, 60_000);

  it('names what it cannot see: other tables, TRUNCATE, an identity that hides the key', async () => {
    const story = {
      base: [
        ...[
          TABLE,
          THREE,
          'CREATE TABLE cut (id int PRIMARY KEY)',
          'INSERT INTO cut VALUES (1), (2)',
        ],
        'CREATE TABLE other (id int PRIMARY KEY, code text NOT NULL UNIQUE)',
        'ALTER TABLE other REPLICA IDENTITY USING INDEX other_code_key',
        `INSERT INTO other VALUES (1, 'a')`,
        'CREATE TABLE hidden (id int PRIMARY KEY, value int)',
        'ALTER TABLE hidden REPLICA IDENTITY NOTHING',
      ],
      there: [
        ...['TRUNCATE cut', 'INSERT INTO cut VALUES (2)', 'INSERT INTO hidden VALUES (1, 1)'],
        ...['UPDATE hidden SET value = 2', `UPDATE other SET id = 5`],
      ],
      here: ['DELETE FROM cut WHERE id = 2'],
    };
    await withStory(template, story, ({ blindSpots, rows, source }) => {
      expect(source.kind).toBe('slot');
      expect(blindSpots).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^hidden: the slot does not watch it/),
          expect.stringMatching(/^other: its REPLICA IDENTITY is another index/),
          expect.stringMatching(/^cut: the old primary truncated it/),
          expect.stringMatching(/^cut, items, other, writes: the rows as they were at the fork/),
        ]),
      );
      const of = (name: string): RowReport[] => rows.filter((row) => row.name === name);
      expect(
        of('cut')
          .map((row) => `${row.key['id'] ?? ''} ${row.class}`)
          .toSorted(),
      ).toEqual([...['1 lostDelete', '2 unclear']]);
      expect(
        of('other')
          .map((row) => `${row.key['id'] ?? ''} ${row.class}`)
          .toSorted(),
      ).toEqual([...['1 lostDelete', '5 lostInsert']]);
      expect(of('hidden')).toMatchObject([{ class: 'lostInsert', base: null }]);
    });
  }, 60_000);

  it('knows values as the comparison writes them, large ones too, and invents none', async () => {
    const columns = `flag boolean, code char(4), host inet, at timestamptz, big text,
      PRIMARY KEY (flag, code, host)`;
    const big = `(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 400) n)`;
    const story = {
      base: [
        ...[`CREATE TABLE odd (${columns})`, 'ALTER TABLE odd REPLICA IDENTITY FULL'],
        `CREATE TABLE even (${columns})`,
        `INSERT INTO odd VALUES (true, 'ab', '10.0.0.1', '2026-11-26 10:00+01', ${big})`,
        'INSERT INTO even SELECT * FROM odd',
      ],
      there: [`UPDATE odd SET at = NULL`, 'UPDATE even SET at = NULL'],
      here: ['DELETE FROM odd', 'DELETE FROM even'],
    };
    await withStory(template, story, ({ rows }) => {
      const [even, odd] = rows.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      expect(even).toMatchObject({ class: 'conflict', base: null });
      expect(odd).toMatchObject({
        class: 'conflict',
        key: { flag: 'true', code: 'ab', host: '10.0.0.1/32' },
        base: { flag: 'true', code: 'ab', host: '10.0.0.1/32', at: '2026-11-26 09:00:00+00' },
      });
      expect(odd?.base?.['big']).toBe(odd?.old?.['big']);
      expect(odd?.old?.['big']?.length).toBe(12_800);
    });
  }, 60_000);

  it('sees a new key as a delete of the one and an insert of the other', async () => {
    const story = {
      base: [TABLE, FULL, THREE],
      there: ['UPDATE items SET id = 11 WHERE id = 1'],
      here: [`UPDATE items SET value = 'here' WHERE id = 1`],
    };
    await withStory(template, story, (comparison) => {
      expect(classesOf(comparison)).toEqual(['1 conflict', '11 lostInsert']);
      const bases = comparison.rows.map(({ key, base }) => [key['id'], base?.['value']]);
      expect(Object.fromEntries(bases)).toEqual({ 1: 'a', 11: undefined });
    });
  }, 60_000);
});
