import type { Comparison, RowReport, TableReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Transaction } from '../../core/reconcile/units.ts';
import { withUnits } from '../../core/reconcile/units.ts';
import type { TableCase } from '../reconcile/compare-table.ts';
import { compareTable } from '../reconcile/compare-table.ts';
import { mayHaveDeleted } from './deletes.ts';
import { assertParted, nextTransaction, transactionsSince } from './kinship.ts';
import type { LaneOptions } from './lanes.ts';
import { withLanes } from './lanes.ts';
import { findTorn } from './left-out.ts';
import { markOf, readMarkers } from './markers.ts';
import { findObstacles } from './obstacles.ts';
import { createOrigins, whyNoOrigins } from './origins.ts';
import { preparedOn } from './prepared.ts';
import type { RowPrint } from './ranges.ts';
import { createReader } from './reader.ts';
import { readRulebook } from './references.ts';
import { compareSequences } from './sequences.ts';
import type { Sides } from './side.ts';
import { explain } from './slot.ts';
import { commonTables } from './tables.ts';
import { watchStillness } from './stillness.ts';
import type { Table } from './tables.ts';
import { printWords } from './versions.ts';

/**
 * Compares an old primary, which must take no writes any more, with the writer. Only reads. Ranges of
 * large tables are read in several sessions of each side at once.
 * @throws NotReadyError if they are not an old primary and the standby that was promoted
 */
export async function compareDatabases(sides: Sides, options: LaneOptions): Promise<Comparison> {
  const origin = await assertParted(sides);
  const whyRestless = await watchStillness(sides.old);
  const before = await nextTransaction(sides.old);
  const noOrigins = await whyNoOrigins(sides);
  const { tables, leftOut, others } = await commonTables(sides.old, sides.writer);
  const explanation = await explain(sides, tables, noOrigins);
  const markers = await readMarkers(sides.writer);
  const origins = createOrigins(sides, noOrigins === undefined);
  // Sessions of our own are closed before it is asked who was at work.
  const { reports, rows, writers } = await withLanes(sides, options, async (lanes) => {
    return await compareTables(tables, (table) => ({
      ...{ table, origins, printWords, isLoose: false },
      readers: readersOf(sides, table),
      lanes: async (wanted) => (await lanes(wanted)).map((each) => readersOf(each, table)),
      seenOf: (key) => explanation.capture?.of(table, key),
      mayHaveDeleted: () => mayHaveDeleted(sides, table),
      // It was applied once; that the sides differ again is the writer's own doing.
      wasApplied: (row) => markers.has(markOf(row, origin)),
    }));
  });
  const sequences = await compareSequences(sides);
  return {
    ...{ origin, source: explanation.source, tables: reports, sequences: sequences.ahead },
    leftOut: [
      ...leftOut,
      ...sequences.leftOut,
      ...(await preparedOn(sides.old)),
      ...(await whyRestless()),
    ],
    rows: await explained(sides, rows, others, writers),
    blindSpots: blindSpots(
      noOrigins,
      explanation.blindSpots,
      await transactionsSince(sides.old, before),
    ),
  };
}

async function compareTables(
  tables: readonly Table[],
  caseOf: (table: Table) => TableCase<RowPrint>,
) {
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  const writers = new Map<RowReport, readonly Transaction[]>();
  for (const table of tables) {
    const found = await compareTable(caseOf(table));
    reports.push({ table: nameOf(table), counts: found.counts });
    for (const row of found.rows) rows.push(row);
    for (const [row, own] of found.writers) writers.set(row, own);
  }
  return { reports, rows, writers };
}

const readersOf = ({ old, writer }: Sides, table: Table) => ({
  old: createReader(old, table),
  writer: createReader(writer, table),
});

/** The rows with their units, and with what stands in their way. */
async function explained(
  { old, writer }: Sides,
  rows: readonly RowReport[],
  others: readonly Table[],
  writers: ReadonlyMap<RowReport, readonly Transaction[]>,
): Promise<RowReport[]> {
  const { of, links } = await findObstacles(writer, rows, await readRulebook(writer));
  const torn = await findTorn(old, rows, others);
  const told = withUnits(rows, links, writers);
  return told.map((row, at) => {
    const own = rows[at] ?? row;
    return { ...row, obstacles: [...(of.get(own) ?? []), ...(torn.get(own) ?? [])] };
  });
}

function blindSpots(
  noOrigins: string | undefined,
  ofSource: readonly string[],
  written: bigint,
): string[] {
  return [
    ...(noOrigins === undefined ? [] : [`${noOrigins} Who wrote a row is not known.`]),
    ...(written <= 0n
      ? []
      : [
          `The old primary ran ${written} transactions while it was compared. Unless that was its ` +
            'own housekeeping, it still takes writes: fence it, and compare again.',
        ]),
    ...ofSource,
    'A row of which the writer changed the key looks as if the writer had never had it.',
    'What refers to a row without a foreign key is not known.',
    'Large objects are not compared.',
  ];
}
