import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { endSessions, watchStillness } from '../../../aws/postgres/stillness.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { compare, fork, openSides, read } from './diverging.ts';
import { reconcilingPair } from './reconcile-states.ts';
import { SHOP } from './shop.ts';

const ORDER = 'INSERT INTO orders (customer, total) VALUES (1, 999)';

describeOnPostgres('an old primary that does not stand still', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** A pair that parted, with a client of the old primary that the fence has left. */
  async function withClient(work: (pair: RealPair, client: pg.Client) => Promise<void>) {
    const pair = await template.open();
    await fork(pair, [...SHOP, 'INSERT INTO writes VALUES (1)']);
    await pair.promote();
    const { port, password } = pair.server('primary');
    const where = { host: '127.0.0.1', port, user: DATABASE_USER, password, database: 'postgres' };
    const client = new pg.Client(where);
    // It may be ended by the server.
    client.on('error', () => undefined);
    await client.connect();
    try {
      await work(pair, client);
    } finally {
      await client.end().catch(() => undefined);
      await pair.close();
    }
  }

  it('is not the account of anything: what is open commits later', async () => {
    await withClient(async (pair, client) => {
      await client.query('BEGIN');
      await client.query(ORDER);
      const { rows, leftOut } = await compare(pair);
      expect(rows).toEqual([]);
      expect(leftOut).toMatchObject([{ table: 'sessions of others', rows: 1 }]);
      await client.query('COMMIT');
      // It is at rest now, and what it did is a row like any other.
      const after = await compare(pair);
      expect(after.leftOut).toEqual([]);
      expect(after.rows).toMatchObject([{ class: 'lostInsert' }]);
    });
  }, 60_000);

  it('tells of rows that were written meanwhile, also by who is gone again', async () => {
    await withClient(async (pair, client) => {
      const sides = await openSides(pair);
      const whyRestless = await watchStillness(sides.old);
      expect(await whyRestless()).toEqual([]);
      await client.query(ORDER);
      await client.end();
      const told = await untilTold(whyRestless);
      expect(told).toMatchObject([{ table: 'writes since', rows: 1 }]);
      await Promise.all([sides.old.close(), sides.writer.close()]);
    });
  }, 60_000);

  it.each([
    'TRUNCATE orders CASCADE',
    'ALTER TABLE orders ADD COLUMN more int DEFAULT 5',
    'CREATE TABLE newer (id int PRIMARY KEY)',
  ])(
    'tells of tables that were altered meanwhile, which counts no row: %s',
    async (sql) => {
      await withClient(async (pair, client) => {
        const sides = await openSides(pair);
        const whyRestless = await watchStillness(sides.old);
        await client.query(sql);
        await client.end();
        expect(await whyRestless()).toMatchObject([{ table: 'tables altered', mayGrow: true }]);
        await Promise.all([sides.old.close(), sides.writer.close()]);
      });
    },
    60_000,
  );

  it('has the sessions of others ended, and with them what they had not committed', async () => {
    await withClient(async (pair, client) => {
      await client.query('BEGIN');
      await client.query(ORDER);
      const sides = await openSides(pair);
      await endSessions(sides.old);
      await Promise.all([sides.old.close(), sides.writer.close()]);
      await expect(client.query('COMMIT')).rejects.toThrow();
      expect(await read(pair, 'primary', 'SELECT id FROM orders WHERE total = 999')).toEqual([]);
    });
  }, 60_000);

  it('is brought to rest by a reconciliation before it is compared', async () => {
    await withClient(async (pair, client) => {
      await client.query('BEGIN');
      await client.query(ORDER);
      const states = await reconcilingPair(pair);
      expect(await states.compare('before')).toMatchObject({ rows: 0, leftOut: [] });
      await expect(client.query('COMMIT')).rejects.toThrow();
    });
  }, 60_000);
});

/** Statistics of a session that has ended come a moment later. */
async function untilTold<T>(ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
  for (let turn = 0; turn < 50; turn += 1) {
    const told = await ask();
    if (told.length > 0) return told;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}
