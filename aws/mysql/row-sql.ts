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
  const changed = columns.filter((column) => old[column.name] !== writer[column.name]);
  // Where the texts are the same and the rows are not, all are set.
  const sets = (changed.length > 0 ? changed : columns).map(
    (column) => `${identifier(column.name)} = ${given(column, old)}`,
  );
  return `UPDATE ${name} SET ${sets.join(', ')} ${where}`;
}
