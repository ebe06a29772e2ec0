import * as z from 'zod';
import type { Obstacle, RowReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Side } from './side.ts';
import { quoted } from './tables.ts';
import type { Table } from './tables.ts';

const Commit = z.object({ at: z.string() });

/**
 * Rows whose transaction also wrote to a table that is not compared: applying them alone would
 * split it. Deletes in such a table leave no trace.
 */
export async function findTorn(
  old: Side,
  rows: readonly RowReport[],
  others: readonly Table[],
): Promise<ReadonlyMap<RowReport, readonly Obstacle[]>> {
  const found = new Map<RowReport, Obstacle[]>();
  const byCommit = Map.groupBy(rows, ({ transaction }) => transaction?.committedAt);
  const first = [...byCommit.keys()].flatMap((at) => at ?? []).toSorted()[0];
  if (first === undefined) return found;
  for (const { schema, name } of others) {
    const sql = `
      SELECT DISTINCT to_char(pg_xact_commit_timestamp(xmin), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
      FROM ONLY ${quoted({ schema, name })}
      WHERE pg_xact_commit_timestamp(xmin) >= $1::timestamptz`;
    const why = `Its transaction also wrote to ${nameOf({ schema, name })}, which was not compared.`;
    const needs = { schema, name, key: {} };
    for (const { at } of await old.query(Commit, sql, [first])) {
      for (const row of byCommit.get(at) ?? [])
        found.set(row, [...(found.get(row) ?? []), { kind: 'leftOut', columns: [], needs, why }]);
    }
  }
  return found;
}
