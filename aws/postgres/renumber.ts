import * as z from 'zod';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import { RefusedError } from '../reconcile/errors.ts';
import type { Rulebook } from './references.ts';
import { statementOf } from './row-sql.ts';
import type { Side } from './side.ts';
import type { Table } from './tables.ts';

const Inserted = z.object({ numbers: z.array(z.string().nullable()) });

/**
 * Inserts a row with new numbers in columns that a sequence numbers: both sides gave the same
 * number to different rows after the fork. Says which number became which.
 * @throws RefusedError where the column has no sequence, is the key, or rows refer to it
 */
export async function insertRenumbered(
  writer: Side,
  row: RowReport,
  table: Table,
  { references }: Rulebook,
  columns: readonly string[],
): Promise<string[]> {
  for (const name of columns) {
    const column = table.columns.find((each) => each.name === name);
    const isReferred = references.some(
      ({ to }) => to.schema === row.schema && to.name === row.name && to.columns.includes(name),
    );
    if (column?.isNumbered !== true)
      throw new RefusedError(`No sequence numbers ${nameOf(row)}.${name}: it gets no new number.`);
    if (isReferred || table.key.includes(name))
      throw new RefusedError(`Rows may refer to ${nameOf(row)}.${name}: it gets no new number.`);
  }
  const { sql, values } = statementOf(table, row, columns);
  const [inserted] = await writer.query(Inserted, sql, values);
  return columns.map((name, at) => {
    const [before, now] = [row.old?.[name] ?? 'NULL', inserted?.numbers[at] ?? 'NULL'];
    return `${nameOf(row)} ${keyWords(row)} has ${name} ${now} instead of ${before}.`;
  });
}
