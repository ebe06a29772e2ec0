import * as z from 'zod';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';
import { RefusedError, WaitingError } from '../reconcile/errors.ts';
import { identifier } from './columns.ts';
import { isKey } from './ranges.ts';
import type { Reference, Rulebook } from './rulebook.ts';
import { areSameName } from './rulebook.ts';
import type { Table } from './tables.ts';
import type { WriterSide } from './writer-side.ts';

const Found = z.object({ found: z.string() });

/**
 * A trigger cannot be silenced here, and did its work on the old primary already.
 * @throws RefusedError naming it, if one would fire
 */
export function assertNoTrigger({ old, writer, name }: RowReport, { triggers }: Rulebook): void {
  const event = old === null ? 'DELETE' : writer === null ? 'INSERT' : 'UPDATE';
  const trigger = triggers.find((each) => areSameName(each.table, name) && each.event === event);
  if (trigger === undefined) return;
  throw new RefusedError(
    `The trigger ${trigger.name} of ${name} would fire: it would do its work a second time.`,
  );
}

/**
 * A delete or another value may cascade to rows that the writer took since: while rows refer to
 * this one, it is left as it is. Locks the row, so that no other can refer to it meanwhile.
 * @throws WaitingError naming the table; RefusedError if a foreign key may be hidden
 */
export async function assertNoChildren(
  writer: WriterSide,
  table: Table,
  row: RowReport,
  { references, mayHide }: Rulebook,
): Promise<void> {
  if (row.writer === null) return;
  if (mayHide) {
    throw new RefusedError(
      `Rows of other databases may refer to ${nameOf(row)}, and this role may not see it: ` +
        'GRANT SELECT ON *.* TO it.',
    );
  }
  const concerned = references.filter(
    (each) => areSameName(each.parent, table.name) && isTouched(each, row),
  );
  if (concerned.length === 0) return;
  const same = isKey(table, Object.values(row.key));
  await writer.query(
    Found,
    `SELECT 'yes' AS found FROM ${identifier(table.name)} WHERE ${same} FOR UPDATE`,
  );
  for (const reference of concerned) {
    const { schema, child, columns } = reference;
    // A row that refers to itself goes with itself.
    const isSelf = schema === writer.database && areSameName(child, table.name);
    const others = isSelf ? `WHERE NOT (${same})` : '';
    const sql = `
      SELECT 'yes' AS found
      FROM (SELECT ${columns.map(({ from }, at) => `${identifier(from)} AS f${at}`).join(', ')}
        FROM ${identifier(schema)}.${identifier(child)} ${others}) AS children
      JOIN (SELECT ${columns.map(({ to }, at) => `${identifier(to)} AS t${at}`).join(', ')}
        FROM ${identifier(table.name)} WHERE ${same}) AS parents
      ON ${columns.map((_, at) => `f${at} = t${at}`).join(' AND ')} LIMIT 1`;
    if ((await writer.query(Found, sql)).length === 0) continue;
    throw new WaitingError(`Rows of ${isSelf ? child : `${schema}.${child}`} refer to it.`);
  }
}

/** Whether what is referred to goes away, or gets another value. A generated column may. */
function isTouched({ columns }: Reference, { old, writer }: RowReport): boolean {
  if (old === null || writer === null) return true;
  return columns.some(({ to }) => {
    const name = Object.keys(old).find((each) => areSameName(each, to));
    return name === undefined || old[name] !== writer[name];
  });
}
