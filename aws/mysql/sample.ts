import type { RowPrint } from '../reconcile/table-reader.ts';
import { identifier, orderOf } from './columns.ts';
import { hashOf, keyList, printIn, Row } from './ranges.ts';
import type { Side } from './side.ts';
import { keyColumns } from './tables.ts';
import type { Table } from './tables.ts';

const EACH_END = 100;

/** The first and the last rows of a table, without their values. */
export async function sampleOf(side: Side, table: Table): Promise<readonly RowPrint[]> {
  const rows: RowPrint[] = [];
  for (const direction of ['ASC', 'DESC']) {
    const order = keyColumns(table).map((column) => `${orderOf(column)} ${direction}`);
    const sql = `
      SELECT ${keyList(table)}, ${hashOf(table)} AS hash FROM ${identifier(table.name)}
      ORDER BY ${order.join(', ')} LIMIT ${EACH_END}`;
    for (const cells of await side.query(Row, sql)) rows.push(printIn(table, cells));
  }
  return rows;
}
