import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import { strangersIn } from '../../core/reconcile/mask.ts';
import type { Engine } from '../reconcile/engine.ts';
import { applyUnits } from './apply.ts';
import { compareDatabases } from './compare.ts';
import { readRulebook } from './references.ts';
import { reportSql } from './report-sql.ts';
import type { Side } from './side.ts';
import { tablesOf } from './tables.ts';

/** PostgreSQL: with a slot of the old primary, or by the times of commits. */
export const postgresEngine: Engine = {
  async compare(sides, mask) {
    const strangers = strangersIn(mask, await tablesOf(sides.old));
    const one = await compareDatabases(sides);
    const others = await otherDatabases(sides.old);
    const comparison = { ...one, leftOut: [...one.leftOut, ...others] };
    return { comparison, strangers, sql: reportSql(comparison, await readRulebook(sides.writer)) };
  },
  apply: applyUnits,
};

/** `rdsadmin` is RDS's own; nobody keeps a service's rows in `postgres` and names another one. */
const OTHERS = `
  SELECT datname AS name FROM pg_database
  WHERE datallowconn AND NOT datistemplate AND datname <> current_database()
    AND datname NOT IN ('postgres', 'rdsadmin')
  ORDER BY datname`;

/** They were promoted too, and the account of a failover is that of the whole server. */
async function otherDatabases(old: Side): Promise<LeftOut[]> {
  const found = await old.query(z.object({ name: z.string() }), OTHERS);
  return found.map(({ name }) => ({
    table: `database ${name}`,
    why: 'The plan names another one: compare it with failover compare.',
    rows: 0,
  }));
}
