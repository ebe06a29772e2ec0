import type {
  Comparison,
  MysqlOrigin,
  RowReport,
  TableReport,
} from '../../core/reconcile/comparison.ts';
import type { Movement } from '../../core/reconcile/movement.ts';
import { movementRules } from '../../core/reconcile/movement.ts';
import type { Origin } from '../../core/reconcile/row-class.ts';
import { withUnits } from '../../core/reconcile/units.ts';
import { decide } from '../../core/rules.ts';
import { countOf } from '../../core/text.ts';
import { compareTable } from '../reconcile/compare-table.ts';
import type { Origins } from '../reconcile/origins.ts';
import { isLoose } from './columns.ts';
import { compareCounters } from './counters.ts';
import { assertKin, assertParted } from './kinship.ts';
import { readMovement } from './positions.ts';
import { createReader } from './reader.ts';
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
  const { tables, leftOut } = await commonTables(sides.old, sides.writer);
  if (!(facts.known && facts.apart.areKin)) await assertKin(sides, tables);
  const { outcome, why } = decide(movementRules, facts);
  const isTold = outcome === 'old' || outcome === 'writer';
  const origins = originsBy(outcome);
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  for (const table of tables) {
    const found = await compareTable({
      ...{ table, origins, printWords: ({ hash }) => hash, seenOf: () => undefined },
      isLoose: keyColumns(table).some(isLoose),
      readers: { old: createReader(sides.old, table), writer: createReader(sides.writer, table) },
      // Where only the old primary wrote, the writer deleted nothing; elsewhere it is not asked.
      mayHaveDeleted: () => Promise.resolve(outcome !== 'old'),
      wasApplied: () => false,
    });
    reports.push({ table: table.name, counts: found.counts });
    rows.push(...found.rows);
  }
  const counters = await compareCounters(sides);
  return {
    ...{ origin, tables: reports, rows: withUnits(rows, []) },
    source: { kind: isTold ? 'gtid' : 'twoWay', why },
    leftOut: [...leftOut, ...counters.leftOut],
    sequences: counters.ahead,
    blindSpots: [
      ...(await doubts(sides, before)),
      ...(isTold ? [PAST_THE_LOG] : []),
      ...BLIND_SPOTS,
    ],
  };
}

/** Who wrote every version that differs, where the positions of both sides tell. */
function originsBy(movement: Movement): Origins {
  const of: Readonly<Record<Movement, readonly [old: Origin, writer: Origin]>> = {
    old: ['own', 'shared'],
    writer: ['shared', 'own'],
    both: ['unknown', 'unknown'],
    neither: ['unknown', 'unknown'],
    unknown: ['unknown', 'unknown'],
  };
  const [there, here] = of[movement];
  return {
    learn: () => Promise.resolve(),
    of: ({ old, writer }) => ({
      old: old === undefined ? 'absent' : there,
      writer: writer === undefined ? 'absent' : here,
      transaction: null,
    }),
  };
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

const PAST_THE_LOG =
  'What was written past the binary log (sql_log_bin = 0, a filter) has no GTID: it counts to the other side.';

const BLIND_SPOTS = [
  'The binary log is not read: the rows as they were at the fork, and the transactions that wrote them, are not known.',
  'A row whose key was changed looks like one that is missing and another one that is new.',
  'What stands in the way of a row, such as a unique value that the writer has in another row, a parent that it lacks or a trigger, was not looked for.',
  'Views have no rows. Triggers, routines, events, users and other databases of the server are not compared.',
];
