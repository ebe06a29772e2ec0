import * as z from 'zod';
import type {
  Comparison,
  Counts,
  RowReport,
  TableReport,
} from '../../core/reconcile/comparison.ts';
import { noCounts } from '../../core/reconcile/comparison.ts';
import { rowRules } from '../../core/reconcile/row-class.ts';
import { decide } from '../../core/rules.ts';
import type { Difference, Sides } from './differences.ts';
import { differencesIn } from './differences.ts';
import { assertParted } from './kinship.ts';
import type { Origins } from './origins.ts';
import { createOrigins, whyNoOrigins } from './origins.ts';
import type { Side } from './side.ts';
import { commonTables, nameOf } from './tables.ts';
import type { Table } from './tables.ts';

/**
 * Compares an old primary, which must take no writes any more, with the writer. Only reads.
 * @throws NotReadyError if they are not an old primary and the standby that was promoted
 */
export async function compareDatabases(sides: Sides): Promise<Comparison> {
  await assertParted(sides);
  const noOrigins = await whyNoOrigins(sides);
  const origins = createOrigins(sides, noOrigins === undefined);
  const { tables, leftOut } = await commonTables(sides.old, sides.writer);
  const reports: TableReport[] = [];
  const rows: RowReport[] = [];
  for (const table of tables) {
    const found = await compareTable(sides, table, origins);
    reports.push({ table: nameOf(table), counts: found.counts });
    rows.push(...found.rows);
  }
  return { tables: reports, leftOut, rows, blindSpots: blindSpots(noOrigins) };
}

async function compareTable(sides: Sides, table: Table, origins: Origins) {
  const counts = { ...noCounts };
  const rows: RowReport[] = [];
  const writerDeletes = (await deletesSince(sides.writer, table)) !== 0;
  for await (const difference of differencesIn(sides, table)) {
    const facts = { ...(await origins.of(difference)), areEqual: false, writerDeletes };
    const { outcome, why } = decide(rowRules, facts);
    if (outcome === 'present') continue;
    counts[outcome] += 1;
    if (outcome === 'changedHere') continue;
    rows.push({ table: nameOf(table), key: keyOf(table, difference), class: outcome, why });
  }
  return { counts: counts satisfies Counts, rows };
}

const keyOf = ({ key: names }: Table, { key }: Difference): RowReport['key'] =>
  Object.fromEntries(names.map((name, index) => [name, key[index] ?? '']));

const Deletes = z.object({ deletes: z.number() });

/**
 * Rows that the writer deleted since it was promoted; undefined if that is not known. A standby
 * counts nothing while it replays, and a crash throws the counters away: they say something only
 * while the server still runs that was the standby, which knows what it replayed last (PostgreSQL
 * documentation, The Cumulative Statistics System, and Recovery Information Functions). A session
 * tells of its deletes up to a minute late.
 */
async function deletesSince(side: Side, { schema, name }: Table): Promise<number | undefined> {
  const sql = `
    SELECT n_tup_del::float8 AS deletes FROM pg_stat_user_tables
    WHERE schemaname = $1 AND relname = $2 AND current_setting('track_counts') = 'on'
      AND pg_last_xact_replay_timestamp() IS NOT NULL`;
  const [row] = await side.query(Deletes, sql, [schema, name]);
  return row?.deletes;
}

function blindSpots(noOrigins: string | undefined): string[] {
  return [
    ...(noOrigins === undefined ? [] : [`${noOrigins} Who wrote a row is not known.`]),
    'A row that the old primary deleted after the fork and the writer changed since looks as if the writer had inserted it.',
    'Large objects and sequences are not compared.',
  ];
}
