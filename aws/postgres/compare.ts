import type { Comparison, RowReport, TableReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import { withUnits } from '../../core/reconcile/units.ts';
import type { Known } from './compare-table.ts';
import { compareTable } from './compare-table.ts';
import type { Sides } from './differences.ts';
import { assertParted, nextTransaction, transactionsSince } from './kinship.ts';
import { findTorn } from './left-out.ts';
import { readMarkers } from './markers.ts';
import { findObstacles } from './obstacles.ts';
import { createOrigins, whyNoOrigins } from './origins.ts';
import { preparedOn } from './prepared.ts';
import { readRulebook } from './references.ts';
import { compareSequences } from './sequences.ts';
import { commonTables } from './tables.ts';
import type { Table } from './tables.ts';

/**
 * Compares an old primary, which must take no writes any more, with the writer. Only reads.
 * @throws NotReadyError if they are not an old primary and the standby that was promoted
 */
export async function compareDatabases(sides: Sides): Promise<Comparison> {
  const origin = await assertParted(sides);
  const before = await nextTransaction(sides.old);
  const noOrigins = await whyNoOrigins(sides);
  const known: Known = {
    origin,
    origins: createOrigins(sides, noOrigins === undefined),
    markers: await readMarkers(sides.writer),
  };
  const { tables, leftOut, others } = await commonTables(sides.old, sides.writer);
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  for (const table of tables) {
    const found = await compareTable(sides, table, known);
    reports.push({ table: nameOf(table), counts: found.counts });
    for (const row of found.rows) rows.push(row);
  }
  const sequences = await compareSequences(sides);
  return {
    ...{ origin, tables: reports, sequences: sequences.ahead },
    leftOut: [...leftOut, ...sequences.leftOut, ...(await preparedOn(sides.old))],
    rows: await explained(sides, rows, others),
    blindSpots: blindSpots(noOrigins, await transactionsSince(sides.old, before)),
  };
}

/** The rows with their units, and with what stands in their way. */
async function explained(
  { old, writer }: Sides,
  rows: readonly RowReport[],
  others: readonly Table[],
): Promise<RowReport[]> {
  const { of, links } = await findObstacles(writer, rows, await readRulebook(writer));
  const torn = await findTorn(old, rows, others);
  const told = withUnits(rows, links);
  return told.map((row, at) => {
    const own = rows[at] ?? row;
    return { ...row, obstacles: [...(of.get(own) ?? []), ...(torn.get(own) ?? [])] };
  });
}

function blindSpots(noOrigins: string | undefined, written: bigint): string[] {
  return [
    ...(noOrigins === undefined ? [] : [`${noOrigins} Who wrote a row is not known.`]),
    ...(written <= 0n
      ? []
      : [
          `The old primary ran ${written} transactions while it was compared. Unless that was its ` +
            'own housekeeping, it still takes writes: fence it, and compare again.',
        ]),
    'A row that the old primary deleted after the fork and the writer changed since looks as if the writer had inserted it.',
    'A row of which the writer changed the key looks as if the writer had never had it.',
    'A row is seen as the old primary left it, and counts to the last transaction that wrote it.',
    'A deleted row counts to no transaction.',
    'What refers to a row without a foreign key is not known.',
    'Large objects are not compared.',
  ];
}
