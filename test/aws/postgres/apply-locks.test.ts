import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import * as z from 'zod';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import { openSide } from '../../../aws/postgres/side.ts';
import { Queue } from '../../../core/reconcile/queue.ts';
import type { Settled } from '../../../core/reconcile/settled.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { apply, approve, openWriter } from './diverging.ts';
import { CLASSES, parted } from './parted.ts';
import { reconcilingPair } from './reconcile-states.ts';

const urlOf = (pair: RealPair): string => {
  const { port, password } = pair.server('standby');
  return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
};

describeOnPostgres('applying to a writer that is in use', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('gives up after ten units that waited for a lock, and says why of the others', async () => {
    const there = Array.from({ length: 30 }, (_, n) => `INSERT INTO writes VALUES (${n + 100})`);
    await parted(template, { there }, async (pair, comparison) => {
      const holder = new pg.Client({ connectionString: urlOf(pair) });
      await holder.connect();
      await holder.query('BEGIN; LOCK TABLE writes IN EXCLUSIVE MODE');
      const quick = await openWriter(pair);
      await quick.run(`SET lock_timeout = '50ms'`);
      const settled: Settled[] = [];
      for await (const each of applyUnits(quick, comparison, approve(CLASSES))) settled.push(each);
      expect(settled.map(({ outcome }) => outcome)).toEqual(Array(30).fill('refused'));
      const isLocked = ({ why }: Settled): boolean => why.includes('lock timeout (55P03)');
      expect(settled.filter(isLocked)).toHaveLength(10);
      expect(settled.at(-1)?.why).toContain('10 transactions one after the other waited 5 s');
      await holder.query('ROLLBACK');
      await holder.end();
      await quick.close();
      const rest = await apply(pair, comparison, CLASSES);
      expect(rest.every(({ outcome }) => outcome === 'applied')).toBe(true);
    });
  }, 60_000);

  it('asks before each attempt, also at units that wait for others', async () => {
    const base = ['CREATE TABLE parts (id int PRIMARY KEY, of int REFERENCES parts)'];
    const there = ['INSERT INTO parts VALUES (1, NULL), (2, 1)', 'UPDATE parts SET of = 2'];
    await parted(template, { base, there }, async (pair, comparison) => {
      const writer = await openWriter(pair);
      // Each needs a row that nobody brings.
      const rows = comparison.rows.map((row) => ({
        ...row,
        unit: `unit ${row.key['id'] ?? ''}`,
        obstacles: [
          {
            ...{ kind: 'parent' as const, columns: [], why: 'It belongs to another row.' },
            needs: {
              schema: 'public',
              name: 'parts',
              key: { id: row.key['id'] === '1' ? '2' : '1' },
            },
          },
        ],
      }));
      let asked = 0;
      const mayGoOn = (): boolean => (asked += 1) < 2;
      const queue = new Queue<never>();
      const settled: Settled[] = [];
      const turn = { queue, mayGoOn, isLate: () => false };
      for await (const each of applyUnits(writer, { ...comparison, rows }, approve(CLASSES), turn))
        settled.push(each);
      expect([settled, queue.progress().progress]).toEqual([
        [],
        { at: 1, waiting: [[0, 0]], idle: 1, first: null },
      ]);
      await writer.close();
    });
  }, 60_000);

  it('keeps no lock when whoever applies is gone, and lets a comparison take its time', async () => {
    await parted(template, {}, async (pair) => {
      const settings = async (access: 'reads' | 'writes') => {
        const side = await openSide('The writer', urlOf(pair), access);
        const found = await side.query(
          z.object({ name: z.string(), setting: z.string() }),
          `SELECT name, setting FROM pg_settings WHERE name ~ '_timeout$|^tcp_keep|^client_conn.*_int'`,
        );
        await side.close();
        return Object.fromEntries(found.map(({ name, setting }) => [name, setting]));
      };
      const keepalive = {
        ...{ tcp_keepalives_idle: '20', tcp_keepalives_interval: '5', tcp_keepalives_count: '4' },
        client_connection_check_interval: '10000',
      };
      expect(await settings('writes')).toMatchObject({
        ...{ ...keepalive, lock_timeout: '5000', statement_timeout: '180000' },
        idle_in_transaction_session_timeout: '60000',
      });
      expect(await settings('reads')).toMatchObject({
        ...{ ...keepalive, statement_timeout: '0', idle_in_transaction_session_timeout: '0' },
      });
    });
  }, 60_000);

  it('tells and keeps no value that the writer quotes, and shows it to an operator', async () => {
    const base = [
      'CREATE TABLE rooms (id int PRIMARY KEY, guest text, size int, CHECK (size < 100))',
    ];
    const there = [
      `INSERT INTO rooms VALUES (1, 'our guest', 50)`,
      `INSERT INTO rooms VALUES (2, 'raised guest', 50)`,
    ];
    const here = [
      'ALTER TABLE rooms ADD CHECK (size < 10)',
      `INSERT INTO rooms VALUES (40, 'theirs', 5)`,
    ];
    await parted(template, { base, there, here }, async (pair, comparison) => {
      const settled = await apply(pair, comparison, CLASSES);
      const refused = settled.filter(({ outcome }) => outcome === 'refused');
      expect(refused.map(({ why }) => why).join('\n')).toContain('"rooms_size_check1" (23514)');
      expect(JSON.stringify(refused.map(({ why }) => why))).not.toContain('guest');
      expect(refused.map(({ detail }) => detail).join('\n')).toContain('our guest');
      const side = await openWriter(pair);
      await expect(side.run(`SELECT 'theirs@example.com'::int`)).rejects.toMatchObject({
        message: 'The database refused a value, or a function of its own raised it (22P02)',
        detail: expect.stringContaining('theirs@example.com'),
      });
      await expect(
        side.run(
          `DO $$ BEGIN RAISE 'theirs@example.com' USING ERRCODE = '23514', TABLE = 't'; END $$`,
        ),
      ).rejects.toMatchObject({
        message: expect.stringMatching(/^The database refused .* \(23514, table t\)$/),
      });
      await side.close();
      const states = await reconcilingPair(pair);
      const told = await states.apply(await states.compare('before'));
      expect(told.reasons.join('\n')).toContain('rooms_size_check1');
      expect(JSON.stringify(told)).not.toMatch(/guest|@example/);
    });
  }, 60_000);
});
