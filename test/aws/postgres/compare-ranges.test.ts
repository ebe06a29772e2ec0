import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { compare } from './diverging.ts';
import { parted } from './parted.ts';

const TABLE = 'CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)';

describeOnPostgres('large tables that parted', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('are compared by ranges: few differences among many rows are all found', async () => {
    const many = `INSERT INTO items SELECT n, 'v' || n FROM generate_series(1, 30000) n`;
    const history = {
      base: [TABLE, many],
      there: [
        `UPDATE items SET value = 'there' WHERE id IN (1, 4999, 5000, 5001, 29999)`,
        'DELETE FROM items WHERE id = 12345',
        `INSERT INTO items VALUES (40000, 'new')`,
      ],
      here: [`UPDATE items SET value = 'here' WHERE id IN (5000, 20000)`],
    };
    await parted(template, history, (_pair, { rows }) => {
      const found = rows.map(({ key, class: kind }) => `${key['id'] ?? ''} ${kind}`);
      expect(found.toSorted()).toEqual(
        [
          ...['1 lostUpdate', '4999 lostUpdate', '5000 conflict', '5001 lostUpdate'],
          ...['12345 lostDelete', '29999 lostUpdate', '40000 lostInsert'],
        ].toSorted(),
      );
      return Promise.resolve();
    });
  }, 60_000);

  it('are the same however many sessions read them at once', async () => {
    const history = {
      base: [TABLE, `INSERT INTO items SELECT n, 'v' || n FROM generate_series(1, 90000) n`],
      there: [`UPDATE items SET value = 'there' WHERE id % 4000 = 1`],
      here: [
        `UPDATE items SET value = 'here' WHERE id % 6000 = 1`,
        `INSERT INTO items SELECT n, 'new' FROM generate_series(100000, 150000) n`,
      ],
    };
    await parted(template, history, async (pair) => {
      const alone = await compare(pair, 1);
      expect(alone.rows).toHaveLength(23);
      for (const sessions of [3, 9])
        expect({ ...(await compare(pair, sessions)), blindSpots: [] }).toEqual({
          ...{ ...alone, blindSpots: [] },
        });
    });
  }, 60_000);
});
