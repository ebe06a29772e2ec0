import type { RowReport, Values } from '../../core/reconcile/comparison.ts';
import { identifier, literalOf, textLiteral } from './columns.ts';
import { hashOf, isKey } from './ranges.ts';
import { writtenColumns } from './tables.ts';
import type { Table } from './tables.ts';

/**
 * The statement that gives the writer the old primary's version of a row, for people to read. An
 * update or a delete changes the version that was compared, and no other: then it changes no row.
 */
export function readableSql(table: Table, { key, old, writer, writerPrint }: RowReport): string {
  const name = identifier(table.name);
  const where = `WHERE ${isKey(table, Object.values(key))} AND ${hashOf(table)} = ${textLiteral(writerPrint ?? '')}`;
  if (old === null) return `DELETE FROM ${name} ${where}`;
  const columns = writtenColumns(table);
  const given = (column: (typeof columns)[number], values: Values): string =>
    literalOf(column, values[column.name] ?? null);
  if (writer === null) {
    const names = columns.map((column) => identifier(column.name)).join(', ');
    const values = columns.map((column) => given(column, old)).join(', ');
    return `INSERT INTO ${name} (${names}) VALUES (${values})`;
  }
  // A time that is not named may be set to now (ON UPDATE CURRENT_TIMESTAMP).
  const isTime = ({ type }: (typeof columns)[number]): boolean =>
    type === 'timestamp' || type === 'datetime';
  const differs = columns.filter(({ name: each }) => old[each] !== writer[each]);
  const changed = columns.filter((column) => differs.includes(column) || isTime(column));
  // Where the texts are the same and the rows are not, all are set.
  const sets = (differs.length > 0 ? changed : columns).map(
    (column) => `${identifier(column.name)} = ${given(column, old)}`,
  );
  return `UPDATE ${name} SET ${sets.join(', ')} ${where}`;
}
