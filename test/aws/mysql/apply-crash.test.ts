import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { applyUnits } from '../../../aws/mysql/apply.ts';
import { openWriter } from '../../../aws/mysql/writer-side.ts';
import type { WriterSide } from '../../../aws/mysql/writer-side.ts';
import type { Comparison, MysqlOrigin } from '../../../core/reconcile/comparison.ts';
import { unitsOf } from '../../../core/reconcile/units.ts';
import { apply, approve, CLASSES, parted } from './applying.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

const TABLES = [
  'CREATE TABLE items (id int AUTO_INCREMENT PRIMARY KEY, value text NOT NULL)',
  'CREATE TABLE parts (id int PRIMARY KEY, item int, FOREIGN KEY (item) REFERENCES items (id))',
];
const ROWS = `INSERT INTO items SELECT seq, 'v' FROM seq_1_to_9`;

describeOnMariadb('a run of apply to MariaDB that dies', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  it('leaves a whole number of transactions wherever it dies, and finishes when it is run again', async () => {
    const compared = await parted(
      pair,
      [...TABLES, ROWS],
      [
        `BEGIN`,
        `INSERT INTO items VALUES (20, 'new')`,
        'INSERT INTO parts VALUES (1, 20)',
        'COMMIT',
        `UPDATE items SET value = 'w' WHERE id IN (1, 2)`,
        'DELETE FROM items WHERE id = 9',
      ],
    );
    expect(unitsOf(compared.rows)).toHaveLength(3);
    expect(compared.sequences).toHaveLength(1);
    let statement = 0;
    for (let died = true; died; statement += 1) {
      await pair.writer.run(
        ['DROP DATABASE IF EXISTS region_failover', 'DROP TABLE parts, items', ...TABLES, ROWS],
        DATABASE,
      );
      died = await dies(pair, compared, statement);
      const before = await looks(pair);
      expect(before).toMatch(/^(v v|w w) (0|2) (nine|none)$/);
      expect(await marks(pair)).toBe(
        [/^w/, / 2 /, /none/].filter((each) => each.test(before)).length,
      );
      for (const { outcome } of await apply(pair, compared))
        expect(outcome).toMatch(/^(applied|already)$/);
      expect(await looks(pair)).toBe('w w 2 none');
      expect(await marks(pair)).toBe(3);
      await pair.writer.run([`INSERT INTO items (value) VALUES ('x')`], DATABASE);
      expect(await pair.writer.read('SELECT MAX(id) FROM items', DATABASE)).toEqual(['[21]']);
    }
    expect(statement).toBeGreaterThan(50);
  }, 300_000);
});

/** Applies with a session that is killed right after a statement was done. Whether it came that far. */
async function dies(
  pair: Pair,
  comparison: Comparison<MysqlOrigin>,
  statement: number,
): Promise<boolean> {
  const writer = await openWriter('The writer', pair.writer.url(DATABASE));
  const [session] = await writer.query(
    z.object({ id: z.string() }),
    'SELECT CAST(CONNECTION_ID() AS CHAR) AS id',
  );
  let count = 0;
  const after = async <T>(work: () => Promise<T>): Promise<T> => {
    const result = await work();
    if (count++ !== statement) return result;
    await pair.writer.run([`KILL CONNECTION ${session?.id ?? ''}`]);
    // What the server said does not come through.
    await writer.run('SELECT 1');
    return result;
  };
  const mortal: WriterSide = {
    ...writer,
    run: (sql) => after(() => writer.run(sql)),
    query: (row, sql) => after(() => writer.query(row, sql)),
  };
  const units = applyUnits(mortal, comparison, approve(CLASSES));
  const work = async (): Promise<void> => {
    while ((await units.next()).done !== true) continue;
  };
  const isDead = await work().then(
    () => false,
    () => true,
  );
  await writer.close().catch(() => undefined);
  return isDead;
}

/** What is there of the three transactions. */
async function looks(pair: Pair): Promise<string> {
  const [row = ''] = await pair.writer.read(
    `SELECT CONCAT((SELECT GROUP_CONCAT(value ORDER BY id SEPARATOR ' ') FROM items WHERE id < 3), ' ',
      (SELECT COUNT(*) FROM items WHERE id = 20) + (SELECT COUNT(*) FROM parts), ' ',
      IF(EXISTS (SELECT 1 FROM items WHERE id = 9), 'nine', 'none'))`,
    DATABASE,
  );
  return z.tuple([z.string()]).parse(JSON.parse(row))[0];
}

/** How many transactions are marked. */
async function marks(pair: Pair): Promise<number> {
  const there = await pair.writer.read(
    `SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'region_failover'`,
  );
  if (there.length === 0) return 0;
  const [row = ''] = await pair.writer.read(
    'SELECT CAST(COUNT(DISTINCT unit) AS CHAR) FROM region_failover.applied',
  );
  return Number(/\d+/.exec(row)?.[0]);
}
