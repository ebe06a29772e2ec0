import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RowClass } from '../../../core/reconcile/row-class.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

const TABLE = `
  CREATE TABLE items (name varchar(10) COLLATE utf8mb4_general_ci, number bigint unsigned,
    value varchar(20), amount double, PRIMARY KEY (name, number))`;

interface Change {
  readonly name: string;
  readonly number: string;
  readonly row: { readonly value: string | null; readonly amount: number | null } | undefined;
}

const literal = (value: string | null): string => (value === null ? 'NULL' : `'${value}'`);

/** A change that changes nothing is not in the log. */
const statementOf = ({ name, number, row }: Change): string =>
  row === undefined
    ? `DELETE FROM items WHERE name = '${name}' AND number = ${number}`
    : `INSERT INTO items
        VALUES ('${name}', ${number}, ${literal(row.value)}, ${row.amount ?? 'NULL'})
        ON DUPLICATE KEY UPDATE name = VALUES(name), value = VALUES(value),
          amount = VALUES(amount)`;

const changesOf = (...names: string[]) =>
  fc.array(
    fc.record({
      name: fc.constantFrom(...names),
      number: fc.constantFrom('0', '18446744073709551615'),
      row: fc.option(
        fc.record({
          value: fc.constantFrom('x', 'X', '', 'é', null),
          amount: fc.constantFrom(0.1, 1e-7, null),
        }),
        { nil: undefined },
      ),
    }),
    { maxLength: 6 },
  );

type Rows = ReadonlyMap<string, string>;

/** A history as somebody would work it out by hand: what is there, and what was touched. */
function play(base: Rows, changes: readonly Change[]) {
  const rows = new Map(base);
  const touched = new Set<string>();
  for (const { name, number, row } of changes) {
    const key = `${name.toLowerCase()}/${number}`;
    const after = row === undefined ? undefined : JSON.stringify([name, row]);
    if (rows.get(key) === after) continue;
    touched.add(key);
    if (after === undefined) rows.delete(key);
    else rows.set(key, after);
  }
  return { rows, touched };
}

/** A three-way merge that has the rows at the fork. */
function merged(base: Rows, there: ReturnType<typeof play>, here: Rows): Map<string, RowClass> {
  const classes = new Map<string, RowClass>();
  for (const key of new Set([...base.keys(), ...there.rows.keys(), ...here.keys()])) {
    const [was, old, writer] = [base.get(key), there.rows.get(key), here.get(key)];
    if (old === writer) continue;
    const isUntouched = !there.touched.has(key) || (old === undefined && was === undefined);
    if (isUntouched) classes.set(key, 'changedHere');
    else if (was === undefined) classes.set(key, writer === undefined ? 'lostInsert' : 'conflict');
    else if (writer !== was) classes.set(key, 'conflict');
    else classes.set(key, old === undefined ? 'lostDelete' : 'lostUpdate');
  }
  return classes;
}

describeOnMariadb('two databases of MariaDB, with the binary log of the old primary', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
  }, 60_000);
  afterAll(() => pair.close());

  it('are told apart as a merge does that has the rows at the fork', async () => {
    const seen = new Set<RowClass>();
    await fc.assert(
      fc.asyncProperty(
        changesOf('a', 'b', 'ß'),
        changesOf('a', 'b', 'ß'),
        changesOf('a', 'A', 'b', 'ß'),
        async (before, there, here) => {
          const base = play(new Map(), before).rows;
          await pair.fork([TABLE, ...before.map(statementOf)]);
          // Both go on in any case: what the log says is asked for, and positions alone say nothing.
          const always = ['INSERT INTO kept VALUES (7)'];
          await pair.old.run([...always, ...there.map(statementOf)], DATABASE);
          await pair.writer.run([...always, ...here.map(statementOf)], DATABASE);
          const expected = merged(base, play(base, there), play(base, here).rows);
          const { rows, tables, source } = await pair.compare();
          expect(source.kind).toBe('binlog');
          const named = rows.map(({ key, class: kind }) => [
            `${(key['name'] ?? '').toLowerCase()}/${key['number'] ?? ''}`,
            kind,
          ]);
          const lost = [...expected].filter(([, kind]) => kind !== 'changedHere');
          expect(named.toSorted()).toEqual(lost.toSorted());
          const counts = tables.find(({ table }) => table === 'items')?.counts;
          expect(counts?.changedHere).toBe(expected.size - lost.length);
          for (const kind of expected.values()) seen.add(kind);
        },
      ),
      { numRuns: 80, seed: 11 },
    );
    expect([...seen].toSorted()).toEqual(
      ['changedHere', 'conflict', 'lostDelete', 'lostInsert', 'lostUpdate'].toSorted(),
    );
  }, 300_000);
});
