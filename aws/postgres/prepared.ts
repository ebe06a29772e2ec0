import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import type { Side } from './side.ts';

const Prepared = z.object({ count: z.int() });

/** Transactions that were prepared and neither committed nor rolled back: nobody sees their rows. */
export async function preparedOn(old: Side): Promise<LeftOut[]> {
  const sql =
    'SELECT count(*)::int AS count FROM pg_prepared_xacts WHERE database = current_database()';
  const [found] = await old.query(Prepared, sql);
  const count = found?.count ?? 0;
  if (count === 0) return [];
  const why = `${count} transactions are prepared on ${old.name}: commit or roll back each, and compare again.`;
  return [{ table: 'prepared transactions', why, rows: count, mayGrow: true }];
}
