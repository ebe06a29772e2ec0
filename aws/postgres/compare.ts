import type {
  Comparison,
  Counts,
  RowReport,
  TableReport,
} from '../../core/reconcile/comparison.ts';
import { nameOf, noCounts } from '../../core/reconcile/comparison.ts';
import { isLost, rowRules } from '../../core/reconcile/row-class.ts';
import type { RowClass } from '../../core/reconcile/row-class.ts';
import { decide } from '../../core/rules.ts';
import { unitId } from '../../core/reconcile/units.ts';
import { deletesSince } from './deletes.ts';
import type { Difference, Sides } from './differences.ts';
import { differencesIn } from './differences.ts';
import { assertParted } from './kinship.ts';
import { readMarkers } from './markers.ts';
import { withObstacles } from './obstacles.ts';
import type { Origins, Told } from './origins.ts';
import { createOrigins, whyNoOrigins } from './origins.ts';
import { readRulebook } from './references.ts';
import { sequencesAhead } from './sequences.ts';
import { commonTables } from './tables.ts';
import type { Table } from './tables.ts';
import type { Version } from './versions.ts';
import { printWords, versionsOf } from './versions.ts';

/** Differences whose values are asked for together. */
const BATCH = 500;

/**
 * Compares an old primary, which must take no writes any more, with the writer. Only reads.
 * @throws NotReadyError if they are not an old primary and the standby that was promoted
 */
export async function compareDatabases(sides: Sides): Promise<Comparison> {
  const origin = await assertParted(sides);
  const noOrigins = await whyNoOrigins(sides);
  const known: Known = {
    origins: createOrigins(sides, noOrigins === undefined),
    markers: await readMarkers(sides.writer),
  };
  const { tables, leftOut } = await commonTables(sides.old, sides.writer);
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  for (const table of tables) {
    const found = await compareTable(sides, table, known);
    reports.push({ table: nameOf(table), counts: found.counts });
    rows.push(...found.rows);
  }
  return {
    ...{ origin, tables: reports, leftOut },
    rows: await withObstacles(sides.writer, rows, await readRulebook(sides.writer)),
    sequences: await sequencesAhead(sides),
    blindSpots: blindSpots(noOrigins),
  };
}

/** What tells one version of a row from another. */
interface Known {
  readonly origins: Origins;
  /** What was applied before, and when. */
  readonly markers: ReadonlyMap<string, string>;
}

async function compareTable(sides: Sides, table: Table, known: Known) {
  const counts: Counts = { ...noCounts };
  const rows: RowReport[] = [];
  const writerDeletes = (await deletesSince(sides.writer, table)) !== 0;
  const count = (outcome: RowClass): boolean => {
    if (outcome !== 'present') counts[outcome] += 1;
    return false;
  };
  const look = async (batch: readonly Difference[]): Promise<void> => {
    await known.origins.learn(batch);
    const lost = batch.filter((each) => {
      const { outcome } = classify(each, known.origins.of(each), writerDeletes);
      return isLost(outcome) || count(outcome);
    });
    const versions = await bothVersions(sides, table, lost);
    await known.origins.learn(versions);
    for (const version of versions) {
      const row = rowOf(table, version, writerDeletes, known);
      if (typeof row === 'string') count(row);
      else {
        count(row.class);
        rows.push(row);
      }
    }
  };
  let batch: Difference[] = [];
  for await (const difference of differencesIn(sides, table)) {
    batch.push(difference);
    if (batch.length < BATCH) continue;
    await look(batch);
    batch = [];
  }
  await look(batch);
  return { counts, rows };
}

const classify = (
  { old, writer }: Pick<Difference, 'old' | 'writer'>,
  origins: Pick<Told, 'old' | 'writer'>,
  writerDeletes: boolean,
) =>
  decide(rowRules, {
    ...{ old: origins.old, writer: origins.writer, writerDeletes },
    areEqual: old?.hash === writer?.hash,
  });

/** A difference with the values of both sides. */
interface Versions extends Difference {
  readonly old: Version | undefined;
  readonly writer: Version | undefined;
}

/** The writer goes on: what it has now counts, not what it had when the ranges were compared. */
async function bothVersions(
  sides: Sides,
  table: Table,
  differences: readonly Difference[],
): Promise<Versions[]> {
  if (differences.length === 0) return [];
  const keys = differences.map(({ key }) => key);
  const [old, writer] = await Promise.all([
    versionsOf(sides.old, table, keys),
    versionsOf(sides.writer, table, keys),
  ]);
  return keys.map((key) => {
    const id = JSON.stringify(key);
    return { key, old: old.get(id), writer: writer.get(id) };
  });
}

/** A row that needs somebody, or what it is if it needs nobody. */
function rowOf(
  table: Table,
  { key, old, writer }: Versions,
  writerDeletes: boolean,
  known: Known,
): RowReport | 'present' | 'changedHere' {
  const told = known.origins.of({ key, old, writer });
  const { outcome, why } = classify({ old, writer }, told, writerDeletes);
  if (!isLost(outcome)) return outcome;
  const { schema, name, key: names } = table;
  const row: RowReport = {
    ...{ schema, name, class: outcome, why, transaction: told.transaction, obstacles: [] },
    key: Object.fromEntries(names.map((column, at) => [column, key[at] ?? ''])),
    old: old?.values ?? null,
    writer: writer?.values ?? null,
    writerPrint: writer === undefined ? null : printWords(writer),
  };
  // It was applied once; that the sides differ again is the writer's own doing.
  return known.markers.has(unitId(row)) ? 'changedHere' : row;
}

function blindSpots(noOrigins: string | undefined): string[] {
  return [
    ...(noOrigins === undefined ? [] : [`${noOrigins} Who wrote a row is not known.`]),
    'A row that the old primary deleted after the fork and the writer changed since looks as if the writer had inserted it.',
    'A row is seen as the old primary left it: what it was between two of its transactions is gone, and it counts to the last of them. A deleted row counts to none.',
    'Large objects are not compared.',
  ];
}
