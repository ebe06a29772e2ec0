import type {
  Comparison,
  LeftOut,
  MysqlOrigin,
  Obstacle,
  RowReport,
  TableReport,
} from '../../core/reconcile/comparison.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import { withUnits } from '../../core/reconcile/units.ts';
import { countOf } from '../../core/text.ts';
import { compareTable } from '../reconcile/compare-table.ts';
import type { Capture } from './capture.ts';
import { isLoose } from './columns.ts';
import { compareCounters } from './counters.ts';
import { doubtfulParents } from './doubtful-parents.ts';
import { explain } from './explain.ts';
import { assertKin, assertParted } from './kinship.ts';
import { markOf, marksSeen } from './markers.ts';
import { readMovement } from './positions.ts';
import { createReader } from './reader.ts';
import { areSameName, readReferences } from './rulebook.ts';
import type { Sides } from './side.ts';
import { seesAll, sourcesOf, statementsThatWrite } from './status.ts';
import { commonTables, keyColumns } from './tables.ts';

/**
 * Compares an old primary of MySQL or MariaDB, which must take no writes any more, with the writer.
 * Only reads, each side as it was when its session was opened.
 * @throws NotReadyError if they are not an old primary and the replica that was promoted
 */
export async function compareDatabases(sides: Sides): Promise<Comparison<MysqlOrigin>> {
  const origin = await assertParted(sides);
  const before = await statementsThatWrite(sides.old);
  const facts = await readMovement(sides);
  const common = await commonTables(sides.old, sides.writer);
  const { tables, leftOut } = common;
  if (!(facts.known && facts.apart.areKin)) await assertKin(sides, tables);
  const { source, movement, capture, originsOf, blindSpots } = await explain(sides, common, facts);
  const marks = await marksSeen(sides.writer);
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  const writers = new Map<RowReport, readonly Transaction[]>();
  for (const table of tables) {
    const found = await compareTable({
      ...{ table, origins: originsOf(table), isLoose: keyColumns(table).some(isLoose) },
      readers: { old: createReader(sides.old, table), writer: createReader(sides.writer, table) },
      seenOf: (key) => capture?.of(table, key),
      // Where only the old primary wrote, the writer deleted nothing; elsewhere it is not asked.
      mayHaveDeleted: () => Promise.resolve(movement !== 'old'),
      printWords: ({ hash }) => hash,
      // It was applied once; that the sides differ again is the writer's own doing.
      wasApplied: (row) => marks?.has(markOf(row, origin)) === true,
    });
    reports.push({ table: table.name, counts: found.counts });
    for (const [bare, own] of found.writers) {
      const row = { ...bare, obstacles: besides(own, capture) };
      rows.push(row);
      writers.set(row, own);
    }
  }
  const counters = await compareCounters(sides);
  const references = await readReferences(sides.writer);
  const own = references.filter(({ schema }) => areSameName(schema, sides.writer.database));
  const parents = doubtfulParents(rows, own);
  const inUnits = withUnits(rows, [], writers).map((row, at) => ({
    ...row,
    obstacles: [...row.obstacles, ...(parents.get(rows[at] ?? row) ?? [])],
  }));
  return {
    ...{ origin, tables: reports, rows: inUnits, source },
    leftOut: [...leftOut.map((each) => counted(each, capture)), ...counters.leftOut],
    sequences: counters.ahead,
    blindSpots: [
      ...(await doubts(sides, before)),
      ...(marks === undefined ? [NO_MARKS] : []),
      ...blindSpots,
      ...BLIND_SPOTS,
    ],
  };
}

/** A transaction that also wrote to a table that was not compared would be split. */
function besides(transactions: readonly Transaction[], capture: Capture | undefined): Obstacle[] {
  return (capture?.besides(transactions) ?? []).map((name) => ({
    ...{ kind: 'leftOut', columns: [], needs: { schema: '', name, key: {} } },
    why: `Its transaction also wrote to ${name}, which was not compared.`,
  }));
}

/** A table that is left out, with what the log knows of it. */
function counted(table: LeftOut, capture: Capture | undefined): LeftOut {
  const changes = capture?.uncovered.get(table.table);
  if (changes === undefined) return table;
  const words = `Lost transactions made ${countOf(changes, 'change')} to its rows.`;
  return { ...table, why: `${table.why} ${words}` };
}

/** What could not be made certain of these two servers. */
async function doubts({ old, writer }: Sides, before: number): Promise<string[]> {
  const written = (await statementsThatWrite(old)) - before;
  const found: string[] = [];
  if (written > 0) {
    found.push(
      `While it was compared, the old primary was told to write (${countOf(written, 'statement')}): ` +
        'fence it, and compare again. What was read is of before that.',
    );
  }
  for (const side of [old, writer]) {
    if (!(await seesAll(side))) {
      found.push(
        `${side.name}: SELECT on the whole database is not granted to this role itself. A table ` +
          'that it may not read is not seen at all.',
      );
    }
    if ((await sourcesOf(side)) === undefined)
      found.push(`${side.name}: whether it replicates from another server may not be seen.`);
  }
  return found;
}

const NO_MARKS =
  'What was applied before may not be seen (SELECT on region_failover.applied): a row that the writer changed after that is listed again.';

const BLIND_SPOTS = [
  'A row whose key was changed looks like one that is missing and another one that is new.',
  'What stands in the way of a row, such as a unique value that the writer has in another row, a parent that it lacks or a trigger, was not looked for.',
  'Views have no rows. Triggers, routines, events, users and other databases of the server are not compared.',
];
