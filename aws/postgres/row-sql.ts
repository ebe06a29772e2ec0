import type { RowReport } from '../../core/reconcile/comparison.ts';
import { hashOf, typeOf } from './ranges.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

/** A statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

/**
 * The statement that gives the writer the old primary's version of a row. An update or a delete
 * changes the version that was compared, and no other: then it changes no row.
 */
export function statementOf(table: Table, row: RowReport): Statement {
  const values: (string | null)[] = [];
  const give = (column: string, value: string | null): string => {
    values.push(value);
    return `$${values.length}::${typeOf(table, column)}`;
  };
  const name = quoted(table);
  if (row.old === null)
    return { sql: `DELETE FROM ONLY ${name} WHERE ${where(table, row, give)}`, values };
  if (row.writer === null) {
    const columns = Object.entries(row.old);
    const names = columns.map(([column]) => identifier(column)).join(', ');
    const given = columns.map(([column, value]) => give(column, value)).join(', ');
    const sql = `INSERT INTO ${name} (${names}) OVERRIDING SYSTEM VALUE VALUES (${given})`;
    return { sql, values };
  }
  const old = row.old;
  const sets = changedColumns(row).map(
    (column) => `${identifier(column)} = ${give(column, old[column] ?? null)}`,
  );
  const sql = `UPDATE ONLY ${name} SET ${sets.join(', ')} WHERE ${where(table, row, give)}`;
  return { sql, values };
}

/** The columns in which the versions differ. */
export function changedColumns({ old, writer }: RowReport): string[] {
  if (old === null || writer === null) return [];
  return Object.keys(old).filter((column) => old[column] !== writer[column]);
}

type Give = (column: string, value: string | null) => string;

function where(table: Table, { key, writerPrint }: RowReport, give: Give): string {
  const keys = Object.entries(key).map(
    ([column, value]) => `${identifier(column)} = ${give(column, value)}`,
  );
  const print = `(xmin::text || ' ' || ${hashOf(table)}::text) = ${give('', writerPrint)}`;
  return [...keys, print].join(' AND ');
}
