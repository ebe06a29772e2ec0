import type { TableReader } from '../reconcile/table-reader.ts';
import { bucketsOf, cut, printOf, rowsIn } from './ranges.ts';
import type { RowPrint } from './ranges.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';
import { versionsOf } from './versions.ts';

/** A table of one side, as the comparison reads it. */
export const createReader = (side: Side, table: Table): TableReader<RowPrint> => ({
  cut: (range, rowsEach) => cut(side, table, range, rowsEach),
  printOf: (range) => printOf(side, table, range),
  bucketsOf: (range, buckets) => bucketsOf(side, table, range, buckets),
  rowsIn: (range, buckets) => rowsIn(side, table, range, buckets),
  versionsOf: (keys) => versionsOf(side, table, keys),
});
