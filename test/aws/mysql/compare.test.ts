import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import type { RowClass } from '../../../core/reconcile/row-class.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import type { Server } from './mariadb-server.ts';
import { DATABASE, found, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

/** Keys that are one for the server and two texts, numbers that are none for JavaScript. */
const TABLE = `
  CREATE TABLE items (name varchar(10) COLLATE utf8mb4_general_ci, number bigint unsigned,
    value varchar(20), amount double, PRIMARY KEY (name, number))`;

interface Change {
  readonly name: string;
  readonly number: string;
  readonly value: string | undefined;
  readonly amount: number | null;
}
const quote = (text: string | null): string => (text === null ? 'NULL' : `'${text}'`);
const statementOf = ({ name, number, value, amount }: Change): string =>
  value === undefined
    ? `DELETE FROM items WHERE name = '${name}' AND number = ${number}`
    : `REPLACE INTO items VALUES ('${name}', ${number}, ${quote(value === 'NULL' ? null : value)}, ${amount ?? 'NULL'})`;

const change = fc.record({
  name: fc.constantFrom('a', 'A', 'b', 'ß', ''),
  number: fc.constantFrom('0', '9007199254740993', '18446744073709551615'),
  value: fc.option(fc.constantFrom('x', 'X', 'x y', '', 'NULL', 'é'), { nil: undefined }),
  amount: fc.constantFrom(0.1, 0.30000000000000004, null),
});
const history = fc.array(change, { maxLength: 6 });

/** Everything of a side, by what the server takes for one key. */
async function everything(server: Server): Promise<Map<string, string>> {
  const rows = await server.read(
    `SELECT CONCAT(LOWER(name), '/', number), CONCAT_WS('/', HEX(name), COALESCE(HEX(value), 'NULL'),
      COALESCE(amount, 'NULL')) FROM items`,
    DATABASE,
  );
  return new Map(rows.map((row) => z.tuple([z.string(), z.string()]).parse(JSON.parse(row))));
}

const positionOf = async (server: Server): Promise<string> =>
  (await server.read('SELECT @@GLOBAL.gtid_binlog_pos')).join();

/** A merge of all rows of both sides, with nothing but who wrote anything at all. */
function merged(
  there: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string>,
  wrote: { readonly old: boolean; readonly writer: boolean },
): Map<string, RowClass> {
  const classes = new Map<string, RowClass>();
  for (const key of new Set([...there.keys(), ...here.keys()])) {
    if (there.get(key) === here.get(key)) continue;
    if (wrote.old && wrote.writer) classes.set(key, 'unclear');
    else if (!wrote.old) classes.set(key, 'changedHere');
    else if (!here.has(key)) classes.set(key, 'lostInsert');
    else classes.set(key, there.has(key) ? 'lostUpdate' : 'lostDelete');
  }
  return classes;
}

describeOnMariadb('two databases of MariaDB that parted', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  it('are told apart as a merge of all their rows does', async () => {
    const seen = new Set<RowClass>();
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.oneof(history, fc.constant([])),
        fc.oneof(history, fc.constant([])),
        async (before, there, here) => {
          await pair.fork([TABLE, ...before.map(statementOf)]);
          const start = await Promise.all([positionOf(pair.old), positionOf(pair.writer)]);
          await pair.old.run(there.map(statementOf), DATABASE);
          await pair.writer.run(here.map(statementOf), DATABASE);
          const end = await Promise.all([positionOf(pair.old), positionOf(pair.writer)]);
          const wrote = { old: start[0] !== end[0], writer: start[1] !== end[1] };
          const expected = merged(await everything(pair.old), await everything(pair.writer), wrote);
          const { rows, tables } = await pair.compareRowsOnly();
          const lost = [...expected].filter(([, kind]) => kind !== 'changedHere');
          const named = rows.map(({ key, class: kind }) => [
            `${(key['name'] ?? '').toLowerCase()}/${key['number'] ?? ''}`,
            kind,
          ]);
          expect(named.toSorted()).toEqual(lost.toSorted());
          const counts = tables.find(({ table }) => table === 'items')?.counts;
          expect(counts?.changedHere).toBe(expected.size - lost.length);
          for (const kind of expected.values()) seen.add(kind);
        },
      ),
      { numRuns: 60, seed: 3 },
    );
    expect([...seen].toSorted()).toEqual(
      ['changedHere', 'lostDelete', 'lostInsert', 'lostUpdate', 'unclear'].toSorted(),
    );
  }, 240_000);

  it('say which transactions the writer never got, and who alone went on', async () => {
    await pair.fork([TABLE]);
    const row = (n: number): string => `INSERT INTO items VALUES ('n', ${n}, 'v', 1)`;
    expect((await pair.compareRowsOnly()).source).toEqual({
      kind: 'twoWay',
      why: expect.stringContaining('Both sides have the same transactions'),
    });
    await pair.old.run([row(1), row(2)], DATABASE);
    const lost = await pair.compareRowsOnly();
    expect(lost.source.kind).toBe('gtid');
    expect(lost.source.why).toMatch(/The writer committed nothing .*0-1-5 to 0-1-6\./);
    await pair.writer.run([row(7)], DATABASE);
    const both = await pair.compareRowsOnly();
    expect(both.source.kind).toBe('twoWay');
    expect(both.source.why).toMatch(/0-1-5 to 0-1-6\. .*insert there, or a delete here\./);
    expect(both.source.why).toMatch(/explains nothing: Access denied.*REPLICATION SLAVE/);
    expect(found(both)).toEqual([
      'items name=n number=1 unclear',
      'items name=n number=2 unclear',
      'items name=n number=7 unclear',
    ]);
  });

  it('are compared by ranges: few differences among many rows are all found', async () => {
    await pair.fork([
      TABLE,
      `INSERT INTO items SELECT CONCAT('n', seq % 3), seq, seq, seq / 7 FROM seq_1_to_45000`,
    ]);
    await pair.old.run(
      [
        `UPDATE items SET value = 'there' WHERE number IN (1, 9999, 10000, 10001, 44999)`,
        `UPDATE items SET name = 'N1' WHERE number = 30001`,
        'DELETE FROM items WHERE number = 12345',
        `INSERT INTO items VALUES ('zz', 1, 'new', 1)`,
      ],
      DATABASE,
    );
    expect(found(await pair.compare())).toEqual(
      [
        ...['items name=n1 number=1 lostUpdate', 'items name=n0 number=9999 lostUpdate'],
        ...['items name=n1 number=10000 lostUpdate', 'items name=n2 number=10001 lostUpdate'],
        ...['items name=n2 number=44999 lostUpdate', 'items name=N1 number=30001 lostUpdate'],
        ...['items name=n0 number=12345 lostDelete', 'items name=zz number=1 lostInsert'],
      ].toSorted(),
    );
  }, 60_000);
});
