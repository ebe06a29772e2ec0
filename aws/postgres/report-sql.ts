import type { Comparison } from '../../core/reconcile/comparison.ts';
import { reportSql as sqlIn, shortComment } from '../../core/reconcile/report-sql.ts';
import type { Rulebook } from './references.ts';
import { readableSql } from './row-sql.ts';

const HEAD = `-- What applying everything would do, to be read. "failover apply" does the same with checks:
-- that a row is still the one that was compared, that nothing cascades, that triggers stay silent,
-- and that nothing is applied twice. Rows with something in their way are comments.
SET search_path = pg_catalog, public;
`;

/** SQL that a DBA can read: a transaction for each of the old primary's. */
export const reportSql = (
  { rows }: Pick<Comparison, 'rows'>,
  { tables }: Pick<Rulebook, 'tables'>,
): string =>
  sqlIn(rows, {
    ...{ head: HEAD, begin: 'BEGIN;', doubtOf: () => undefined, comment: shortComment },
    sqlOf: (row) => {
      const table = tables.find(({ schema, name }) => schema === row.schema && name === row.name);
      return table === undefined ? undefined : readableSql(table, row);
    },
  });
