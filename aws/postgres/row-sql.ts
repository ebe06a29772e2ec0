import pg from 'pg';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { typeOf } from './ranges.ts';
import { hashOf } from './row-hash.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

/** A statement with its parameters. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly (string | null)[];
}

/**
 * The statement that gives the writer the old primary's version of a row. An update or a delete
 * changes the version that was compared, and no other: then it changes no row. An insert leaves
 * columns that get a new number to their default, and gives back what that was.
 */
export function statementOf(
  table: Table,
  row: RowReport,
  renumbered: readonly string[] = [],
): Statement {
  const values: (string | null)[] = [];
  const put = (value: string | null): string => {
    values.push(value);
    return `$${values.length}`;
  };
  const sql = sqlFor(table, row, put, renumbered);
  return { sql, values };
}

/** The same for people: with its values in it. */
export const readableSql = (table: Table, row: RowReport): string =>
  sqlFor(table, row, (value) => (value === null ? 'NULL' : pg.escapeLiteral(value)));

function sqlFor(
  table: Table,
  row: RowReport,
  put: (value: string | null) => string,
  renumbered: readonly string[] = [],
): string {
  const give: Give = (column, value) => `${put(value)}::${typeOf(table, column)}`;
  const { old, writer } = row;
  const name = quoted(table);
  if (old === null) return `DELETE FROM ONLY ${name} WHERE ${where(table, row, give)}`;
  if (writer === null) {
    const columns = Object.entries(old);
    const names = columns.map(([column]) => identifier(column)).join(', ');
    const given = columns.map(([column, value]) =>
      renumbered.includes(column) ? 'DEFAULT' : give(column, value),
    );
    const back = renumbered.map((column) => `${identifier(column)}::text`);
    return (
      `INSERT INTO ${name} (${names}) OVERRIDING SYSTEM VALUE VALUES (${given.join(', ')})` +
      (back.length === 0 ? '' : ` RETURNING ARRAY[${back.join(', ')}] AS numbers`)
    );
  }
  // Where the texts are the same and the rows are not, such as with trailing blanks, all are set.
  const changed = changedColumns(row);
  const all = Object.keys(old).filter((column) => !(column in row.key));
  const sets = (changed.length > 0 ? changed : all).map(
    (column) => `${identifier(column)} = ${give(column, old[column] ?? null)}`,
  );
  return `UPDATE ONLY ${name} SET ${sets.join(', ')} WHERE ${where(table, row, give)}`;
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
  const print = `(xmin::text || ' ' || to_hex(${hashOf(table)})) = ${give('', writerPrint)}`;
  return [...keys, print].join(' AND ');
}
