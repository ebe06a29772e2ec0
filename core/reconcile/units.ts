import type { RowReport } from './comparison.ts';
import { keyWords, nameOf } from './comparison.ts';

/**
 * Rows that are applied together or not at all: what one transaction of the old primary wrote. A
 * row of which the transaction is not known, such as a deleted one, is a unit of its own.
 */
export interface Unit {
  /** The same for the same rows in every comparison: the mark that it was applied. */
  readonly id: string;
  /** When the old primary committed it; null if that is not known. */
  readonly committedAt: string | null;
  readonly rows: readonly RowReport[];
}

/** The units of the rows: in the order of their commits, and those without one at the end. */
export function unitsOf(rows: readonly RowReport[]): Unit[] {
  const units = [...Map.groupBy(rows, unitId)].map(([id, own]): Unit => {
    const committedAt = own[0]?.transaction?.committedAt ?? null;
    return { id, committedAt, rows: own };
  });
  return units.toSorted(inOrder);
}

/** Which unit a row belongs to. */
export function unitId(row: RowReport): string {
  const { transaction, writerPrint } = row;
  if (transaction !== null) return `transaction ${transaction.xid} at ${transaction.committedAt}`;
  return `row ${nameOf(row)} ${keyWords(row)} ${writerPrint ?? 'of the old primary'}`;
}

function inOrder(a: Unit, b: Unit): number {
  if (a.committedAt === b.committedAt) return a.id < b.id ? -1 : 1;
  if (a.committedAt === null) return 1;
  if (b.committedAt === null) return -1;
  return a.committedAt < b.committedAt ? -1 : 1;
}
