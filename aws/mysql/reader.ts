import type { Key, RowPrint, TableReader, Version } from '../reconcile/table-reader.ts';
import { identifier, textOf } from './columns.ts';
import { bucketsOf, cut, hashOf, isKey, keyList, printIn, printOf, Row, rowsIn } from './ranges.ts';
import type { Side } from './side.ts';
import { writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';

/** A table of one side, as the comparison reads it. */
export const createReader = (side: Side, table: Table): TableReader => ({
  cut: (range, rowsEach) => cut(side, table, range, rowsEach),
  printOf: (range) => printOf(side, table, range),
  bucketsOf: (range, buckets) => bucketsOf(side, table, range, buckets),
  rowsIn: (range, buckets) => rowsIn(side, table, range, buckets),
  versionsOf: (keys) => versionsOf(side, table, keys),
});

/** Rows that are asked for in one statement. */
const BATCH = 100;

async function versionsOf(
  side: Side,
  table: Table,
  keys: readonly Key[],
): Promise<readonly (Version<RowPrint> | undefined)[]> {
  const columns = writtenColumns(table);
  const values = columns.map((column, at) => `${textOf(column)} AS v${at}`).join(', ');
  const found = new Array<Version<RowPrint> | undefined>(keys.length);
  for (let start = 0; start < keys.length; start += BATCH) {
    const sql = keys.slice(start, start + BATCH).map(
      (key, at) => `
        (SELECT '${start + at}' AS place, ${keyList(table)}, ${hashOf(table)} AS hash, ${values}
        FROM ${identifier(table.name)} WHERE ${isKey(table, key)})`,
    );
    for (const cells of await side.query(Row, sql.join(' UNION ALL '))) {
      const named = columns.map(({ name }, at) => [name, cells[`v${at}`] ?? null] as const);
      found[Number(cells['place'])] = {
        ...printIn(table, cells),
        values: Object.fromEntries(named),
      };
    }
  }
  return found;
}
