import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { Applicable } from '../../../aws/reconcile/plan-units.ts';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import type { Side } from '../../../aws/postgres/side.ts';
import { unitsOf } from '../../../core/reconcile/units.ts';
import { until } from '../../lab/parts/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { approve, compare, fork, openWriter, read, run } from './diverging.ts';
import { CLASSES } from './parted.ts';

const TABLE = 'CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)';

describeOnPostgres('a run of apply that dies', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  it('leaves a whole number of transactions wherever it dies, and finishes when it is run again', async () => {
    const pair = await template.open();
    try {
      await fork(pair, [
        TABLE,
        'CREATE TABLE parts (id int PRIMARY KEY, item int REFERENCES items)',
        `INSERT INTO items SELECT n, 'v' FROM generate_series(1, 9) n`,
      ]);
      await run(pair, 'primary', [
        `BEGIN; INSERT INTO items VALUES (20, 'new'); INSERT INTO parts VALUES (1, 20); COMMIT`,
        `UPDATE items SET value = 'w' WHERE id IN (1, 2)`,
        'DELETE FROM items WHERE id = 9',
      ]);
      await pair.promote();
      const compared = await compare(pair);
      expect(unitsOf(compared.rows)).toHaveLength(3);
      // Nobody is in the copy, so that it can be copied whenever it is needed.
      await until(
        'somebody stays in the database',
        async () => {
          await run(pair, 'standby', ['CREATE DATABASE untouched TEMPLATE postgres']).catch(
            () => undefined,
          );
          const [found] = await read(
            pair,
            'standby',
            `SELECT count(*) FROM pg_database WHERE datname = 'untouched'`,
          );
          return found === '{"count":1}';
        },
        30_000,
      );
      let runs = 0;
      for (const when of ['before', 'after'] as const) {
        for (let statement = 1, died = true; died; statement += 1, runs += 1) {
          const database = `${when}_${statement}`;
          await run(pair, 'standby', [`CREATE DATABASE ${database} TEMPLATE untouched`]);
          const comparison: Applicable = {
            ...compared,
            origin: { ...compared.origin, database },
          };
          died = await dies(pair, comparison, { statement, when });
          const writer = await openWriter(pair, database);
          expect(await looks(writer)).toMatch(/^(v v|w w) (no part|part) (nine|no nine)$/);
          const marks = await countMarks(writer);
          expect(marks).toBe(await countApplied(writer));
          for await (const { outcome } of applyUnits(writer, comparison, approve(CLASSES)))
            expect(outcome).toMatch(/^(applied|already)$/);
          expect(await looks(writer)).toBe('w w part no nine');
          expect(await countMarks(writer)).toBe(3);
          await writer.close();
          await run(pair, 'standby', [`DROP DATABASE ${database}`]);
        }
      }
      expect(runs).toBeGreaterThan(40);
    } finally {
      await pair.close();
    }
  }, 180_000);
});

/** Where a run of apply dies: right before the server gets a statement, or right after it did it. */
interface Death {
  readonly statement: number;
  readonly when: 'before' | 'after';
}

/** Applies with a session that is killed at a statement. Whether it came that far. */
async function dies(pair: RealPair, comparison: Applicable, death: Death): Promise<boolean> {
  const writer = await openWriter(pair, comparison.origin.database);
  const [session] = await writer.query(
    z.object({ pid: z.int() }),
    'SELECT pg_backend_pid() AS pid',
  );
  const kill = async (): Promise<void> => {
    await run(pair, 'standby', [`SELECT pg_terminate_backend(${session?.pid ?? 0}, 5000)`]);
  };
  let count = 0;
  const mortal: Side = {
    ...writer,
    async run(sql, values) {
      count += 1;
      if (count !== death.statement) return await writer.run(sql, values);
      if (death.when === 'after') await writer.run(sql, values);
      await kill();
      return await writer.run('SELECT 1');
    },
  };
  const work = async (): Promise<void> => {
    const units = applyUnits(mortal, comparison, approve(CLASSES));
    while ((await units.next()).done !== true) continue;
  };
  const isDead = await work().then(
    () => false,
    () => true,
  );
  await writer.close().catch(() => undefined);
  return isDead;
}

/** What is there of the three transactions, each seen as a whole or not at all. */
async function looks(writer: Side): Promise<string> {
  const [row] = await writer.query(
    z.object({ words: z.string() }),
    `SELECT (SELECT string_agg(value, ' ' ORDER BY id) FROM public.items WHERE id < 3)
      || CASE (SELECT count(*) FROM public.items WHERE id = 20)
           + (SELECT count(*) FROM public.parts)
         WHEN 0 THEN ' no part' WHEN 2 THEN ' part' ELSE ' torn' END
      || CASE WHEN EXISTS (SELECT FROM public.items WHERE id = 9)
         THEN ' nine' ELSE ' no nine' END AS words`,
  );
  return row?.words ?? '';
}

async function countMarks(writer: Side): Promise<number> {
  const table = await writer.query(
    z.object({ known: z.boolean() }),
    `SELECT to_regclass('region_failover.applied') IS NOT NULL AS known`,
  );
  if (table[0]?.known !== true) return 0;
  const [row] = await writer.query(
    z.object({ count: z.int() }),
    'SELECT count(DISTINCT unit)::int AS count FROM region_failover.applied',
  );
  return row?.count ?? 0;
}

async function countApplied(writer: Side): Promise<number> {
  const words = await looks(writer);
  return [/^w w/, / part /, /no nine$/].filter((each) => each.test(words.replace('no part', '')))
    .length;
}
