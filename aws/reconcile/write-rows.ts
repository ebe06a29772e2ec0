import type { RowReport } from '../../core/reconcile/comparison.ts';
import { LateError } from './errors.ts';

const TOO_LONG =
  'It takes longer than a function may run, and nothing of it was applied: apply it with failover apply.';

/** @throws LateError if no time is left to end the transaction */
export function refuseIfLate(isLate: () => boolean): void {
  if (isLate()) throw new LateError(TOO_LONG);
}

/** How the rows of a unit are written, within its transaction. */
interface Writing {
  readonly run: (sql: string) => Promise<unknown>;
  /** Sentences about what became other than it was. */
  readonly write: (row: RowReport) => Promise<readonly string[]>;
  /** Whether another row of the unit may bring what is missing, or free what is taken. */
  readonly mayPassLater: (error: unknown) => boolean;
  readonly isLate: () => boolean;
}

/**
 * Rows may need each other: those that fail for a foreign key or a taken value are tried after the others.
 * Sentences about what became other than it was.
 */
export async function writeRows(
  rows: readonly RowReport[],
  { run, write, mayPassLater, isLate }: Writing,
): Promise<string[]> {
  const notes: string[] = [];
  let left = rows;
  while (left.length > 0) {
    const again: RowReport[] = [];
    let last: unknown;
    for (const row of left) {
      refuseIfLate(isLate);
      await run('SAVEPOINT before_row');
      try {
        notes.push(...(await write(row)));
        await run('RELEASE SAVEPOINT before_row');
      } catch (error) {
        if (!mayPassLater(error)) throw error;
        await run('ROLLBACK TO SAVEPOINT before_row');
        again.push(row);
        last = error;
      }
    }
    if (again.length === left.length) throw last;
    left = again;
  }
  return notes;
}
