import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import { strangersIn } from '../../core/reconcile/mask.ts';
import type { Engine } from '../reconcile/engine.ts';
import { applyUnits } from './apply.ts';
import { compareDatabases } from './compare.ts';
import { assertParted } from './kinship.ts';
import { readRulebook } from './references.ts';
import { reportSql } from './report-sql.ts';
import type { Side } from './side.ts';
import { endSessions } from './stillness.ts';
import { tablesOf } from './tables.ts';

/** PostgreSQL: with a slot of the old primary, or by the times of commits. */
export const postgresEngine: Engine = {
  async compare(sides, { mask, parallel, tell }) {
    await assertParted(sides);
    await endSessions(sides.old);
    const strangers = strangersIn(mask, await tablesOf(sides.old));
    const one = await compareDatabases(sides, { parallel, tell });
    const others = await otherDatabases(sides.old);
    const comparison = { ...one, leftOut: [...one.leftOut, ...others] };
    return { comparison, strangers, sql: reportSql(comparison, await readRulebook(sides.writer)) };
  },
  apply: applyUnits,
};

/**
 * `rdsadmin` is RDS's own. Of `postgres`, which every server has, it counts whether somebody keeps
 * relations there: their owners are known without a session in it, but for the superuser of the
 * server's first day, who on RDS is RDS.
 */
const OTHERS = `
  SELECT datname AS name, datname = 'postgres' AS "isDefault", (
    SELECT count(*) FROM pg_shdepend
    WHERE dbid = pg_database.oid AND deptype = 'o' AND classid = 'pg_class'::regclass
  )::int AS owned
  FROM pg_database
  WHERE datallowconn AND NOT datistemplate AND datname <> current_database()
    AND datname <> 'rdsadmin'
  ORDER BY datname`;

const Other = z.object({ name: z.string(), isDefault: z.boolean(), owned: z.int() });

/** They were promoted too, and the account of a failover is that of the whole server. */
async function otherDatabases(old: Side): Promise<LeftOut[]> {
  const found = await old.query(Other, OTHERS);
  return found
    .filter(({ isDefault, owned }) => !isDefault || owned > 0)
    .map(({ name, isDefault, owned }) => ({
      table: `database ${name}`,
      why:
        (isDefault
          ? `It holds ${owned} tables, views or sequences, and nobody looked into them: `
          : 'The plan names another one: ') + 'compare it with failover compare.',
      rows: 0,
    }));
}
