import type { LeftOut } from '../../core/reconcile/comparison.ts';
import { nameOf } from '../../core/reconcile/comparison.ts';

interface Named {
  readonly schema: string;
  readonly name: string;
}

/** The tables of both sides, as far as they can be compared. */
export interface CommonTables<T extends Named> {
  readonly tables: readonly T[];
  readonly leftOut: readonly LeftOut[];
  /** The tables of the old primary that are left out. */
  readonly others: readonly T[];
}

/** The tables that can be compared, and those that cannot, each with its reason and its rows. */
export async function pairTables<T extends Named>(
  { old, writer }: { readonly old: readonly T[]; readonly writer: readonly T[] },
  whyNot: (table: T, same: T | undefined) => string | undefined,
  countRows: (table: T) => Promise<number>,
): Promise<CommonTables<T>> {
  const tables: T[] = [];
  const others: T[] = [];
  const leftOut: LeftOut[] = [];
  for (const table of old) {
    const same = writer.find(({ schema, name }) => schema === table.schema && name === table.name);
    const why = whyNot(table, same);
    if (why === undefined) tables.push(table);
    else {
      others.push(table);
      leftOut.push({ table: nameOf(table), why, rows: await countRows(table) });
    }
  }
  return { tables, leftOut, others };
}
