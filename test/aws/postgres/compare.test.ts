import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDatabases } from '../../../aws/postgres/compare.ts';
import type { Comparison } from '../../../core/reconcile/comparison.ts';
import type { RowClass } from '../../../core/reconcile/row-class.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { inSession } from '../../lab/simulation/postgres-sessions.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { fork, openSides, run, unexpected } from './diverging.ts';

const ALONE = { parallel: 1, tell: unexpected };

const TABLE = 'CREATE TABLE items (id int PRIMARY KEY, value text NOT NULL)';

/** A change of one row. */
interface Change {
  readonly id: number;
  readonly value: string | undefined;
}

const statementOf = ({ id, value }: Change): string =>
  value === undefined
    ? `DELETE FROM items WHERE id = ${id}`
    : `INSERT INTO items VALUES (${id}, '${value}') ON CONFLICT (id) DO UPDATE SET value = excluded.value`;

/** A history as somebody would work it out by hand: what is there, and what was touched. */
function play(base: ReadonlyMap<number, string>, changes: readonly Change[]) {
  const rows = new Map(base);
  const touched = new Set<number>();
  let deletes = 0;
  for (const { id, value } of changes) {
    if (value === undefined && !rows.has(id)) continue;
    touched.add(id);
    if (value !== undefined) rows.set(id, value);
    else {
      rows.delete(id);
      deletes += 1;
    }
  }
  return { rows, touched, deletes };
}

type History = ReturnType<typeof play>;

/** A naive three-way merge that has what no comparison has: the rows at the fork. */
function expected(base: ReadonlyMap<number, string>, old: History, writer: History) {
  const classes = new Map<number, RowClass>();
  for (const id of new Set([...base.keys(), ...old.rows.keys(), ...writer.rows.keys()])) {
    const [there, here] = [old.rows.get(id), writer.rows.get(id)];
    if (there === here) continue;
    const isOld = old.touched.has(id);
    const isWriter = writer.touched.has(id);
    if (there === undefined) {
      if (!isWriter) classes.set(id, 'lostDelete');
    } else if (here === undefined) {
      // Nothing but the rows at the fork could tell these apart.
      if (isOld) classes.set(id, writer.deletes > 0 ? 'unclear' : 'lostInsert');
    } else if (isOld && isWriter) classes.set(id, 'conflict');
    else if (isOld) classes.set(id, 'lostUpdate');
  }
  return classes;
}

const classesOf = ({ rows }: Comparison): Map<number, RowClass> =>
  new Map(rows.map((row) => [Number(row.key['id']), row.class]));

describeOnPostgres('two databases that parted', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  /** Parts a pair, lets both sides change, and compares them. */
  async function part(
    base: readonly string[],
    there: readonly string[],
    here: readonly string[],
  ): Promise<Comparison> {
    const pair: RealPair = await template.open();
    try {
      await fork(pair, base);
      await run(pair, 'primary', there);
      await pair.promote();
      await run(pair, 'standby', here);
      const sides = await openSides(pair);
      try {
        return await compareDatabases(sides, ALONE);
      } finally {
        await Promise.all([sides.old.close(), sides.writer.close()]);
      }
    } finally {
      await pair.close();
    }
  }

  it('are told apart row by row, as a merge that knows the rows at the fork does', async () => {
    const change = fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      value: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    });
    const history = fc.array(change, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(history, history, history, async (before, there, here) => {
        const base = play(new Map(), before).rows;
        const rows = [...base].map(([id, value]) => statementOf({ id, value }));
        const comparison = await part(
          [TABLE, ...rows],
          there.map(statementOf),
          here.map(statementOf),
        );
        const found = classesOf(comparison);
        expect(found).toEqual(expected(base, play(base, there), play(base, here)));
      }),
      { numRuns: 12, seed: 5 },
    );
  }, 180_000);

  it('take a transaction that spanned the cut for one that did not cross', async () => {
    const pair = await template.open();
    try {
      await run(pair, 'primary', [TABLE]);
      await inSession(pair.server('primary'), async (session) => {
        // Its number is older than the fork; its commit is not.
        await session.query('BEGIN');
        await session.query(`INSERT INTO items VALUES (2, 'b')`);
        await fork(pair, [`INSERT INTO items VALUES (1, 'a')`]);
        await session.query('COMMIT');
      });
      await pair.promote();
      const sides = await openSides(pair);
      const { rows } = await compareDatabases(sides, ALONE);
      await Promise.all([sides.old.close(), sides.writer.close()]);
      expect(rows).toMatchObject([{ key: { id: '2' }, class: 'lostInsert' }]);
    } finally {
      await pair.close();
    }
  }, 60_000);

  it('does not call a row lost that the writer may have deleted, once its counters are gone', async () => {
    const pair = await template.open();
    try {
      await fork(pair, [TABLE, `INSERT INTO items VALUES (1, 'a')`]);
      await run(pair, 'primary', [`UPDATE items SET value = 'b'`]);
      await pair.promote();
      await run(pair, 'standby', ['DELETE FROM items', 'CHECKPOINT']);
      await pair.stop('standby');
      await pair.start('standby');
      const sides = await openSides(pair);
      const { rows } = await compareDatabases(sides, ALONE);
      await Promise.all([sides.old.close(), sides.writer.close()]);
      expect(rows).toMatchObject([{ key: { id: '1' }, class: 'unclear' }]);
    } finally {
      await pair.close();
    }
  }, 60_000);

  it('leave out nothing in silence: tables without a key, and those that were changed', async () => {
    const { leftOut, tables } = await part(
      [TABLE, 'CREATE TABLE notes (text text)', `INSERT INTO notes VALUES ('x'), ('y')`],
      ['CREATE TABLE fresh (id int PRIMARY KEY)'],
      ['ALTER TABLE items ADD COLUMN more int'],
    );
    expect(leftOut).toEqual([
      { table: 'fresh', why: 'The writer has no such table.', rows: 0 },
      { table: 'items', why: 'Its columns or its key were changed on one side.', rows: 0 },
      { table: 'notes', why: expect.stringContaining('no primary key'), rows: 2 },
    ]);
    expect(tables.map(({ table }) => table)).toEqual(['writes']);
  }, 60_000);
});
