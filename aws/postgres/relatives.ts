import type { RowReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import { RefusedError, WaitingError } from '../reconcile/errors.ts';
import { findChildren } from './probes.ts';
import { typeOf } from './ranges.ts';
import type { Reference, Rulebook } from './references.ts';
import { changedColumns } from './row-sql.ts';
import type { Side } from './side.ts';
import { identifier, quoted } from './tables.ts';
import type { Table } from './tables.ts';

const refersTo = (reference: Reference, row: RowReport): boolean =>
  reference.to.schema === row.schema && reference.to.name === row.name;

const isFrom = (reference: Reference, row: RowReport): boolean =>
  reference.from.schema === row.schema && reference.from.name === row.name;

/**
 * A delete may cascade to rows that the writer took since, and a silenced foreign key protects
 * nothing: while rows refer to this one, it is neither deleted nor given another value that they
 * refer to. Locks the row, so that no other can refer to it meanwhile.
 * @throws WaitingError naming the table
 */
export async function assertNoChildren(
  writer: Side,
  table: Table,
  row: RowReport,
  { references }: Rulebook,
): Promise<void> {
  if (row.writer === null) return;
  const changed = changedColumns(row);
  const concerned = references.filter(
    (each) =>
      refersTo(each, row) &&
      (row.old === null || each.to.columns.some((column) => changed.includes(column))),
  );
  if (concerned.length === 0) return;
  const keys = Object.entries(row.key);
  const same = keys.map(([name], at) => `${identifier(name)} = $${at + 1}::${typeOf(table, name)}`);
  await writer.run(
    `SELECT FROM ONLY ${quoted(table)} WHERE ${same.join(' AND ')} FOR UPDATE`,
    keys.map(([, value]) => value),
  );
  for (const reference of concerned) {
    const children = await findChildren(writer, table, reference, [row], undefined);
    if (children.length === 0) continue;
    throw new WaitingError(`Rows of ${nameOf(reference.from)} refer to it.`);
  }
}

/**
 * Where foreign keys are silenced with the triggers: makes sure that each row has the rows that it
 * needs, and holds them until the end of the transaction, as PostgreSQL does.
 * @throws WaitingError naming what is missing
 */
export async function holdParents(
  writer: Side,
  rows: readonly RowReport[],
  rulebook: Rulebook,
): Promise<void> {
  for (const row of rows) {
    const { old } = row;
    const table = rulebook.tables.find(
      ({ schema, name }) => schema === row.schema && name === row.name,
    );
    if (old === null || table === undefined) continue;
    for (const reference of rulebook.references) {
      const { from, to, isPart } = reference;
      if (isPart || !isFrom(reference, row)) continue;
      const hidden = from.columns.find((column) => !(column in old));
      if (hidden !== undefined)
        throw new RefusedError(
          `${nameOf(row)}.${hidden} is generated and refers to ${nameOf(to)}: nobody would check it.`,
        );
      const values = from.columns.map((column) => old[column] ?? null);
      if (values.includes(null)) continue;
      const same = to.columns.map(
        (name, at) => `${identifier(name)} = $${at + 1}::${typeOf(table, from.columns[at] ?? '')}`,
      );
      const sql = `SELECT FROM ${quoted(to)} WHERE ${same.join(' AND ')} FOR KEY SHARE`;
      if ((await writer.run(sql, values)) === 1) continue;
      throw new WaitingError(`${nameOf(to)} has no row for ${from.columns.join(', ')}.`);
    }
  }
}
