import type { Comparison, MysqlOrigin, SequenceReport } from '../../core/reconcile/comparison.ts';
import { reportSql as sqlIn, shortComment } from '../../core/reconcile/report-sql.ts';
import { identifier } from './columns.ts';
import { counterSql } from './move-counter.ts';
import { readableSql } from './row-sql.ts';
import type { Table } from './tables.ts';

/** A literal means the same in every mode; a 0 stays one, and dates are taken as they were stored. */
const HEAD = `-- What giving the writer the old primary's versions would do, to be read and decided. failover
-- apply does it with guards and marks that are not here. Rows of which one version is given up are
-- comments: decide each.
-- Each statement changes one row, or none if the row is not the one that was compared any more:
-- look at the counts. Where the binary log told it, a transaction is one of the old primary's, in
-- its order; otherwise each row is one of its own, and parents come first only if you see to it.
SET NAMES utf8mb4;
SET SESSION time_zone = '+00:00';
SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
`;

/** SQL that a DBA can read. */
export const reportSql = (
  { origin, rows, sequences }: Pick<Comparison<MysqlOrigin>, 'origin' | 'rows' | 'sequences'>,
  tables: readonly Table[],
): string =>
  sqlIn(rows, {
    head: [HEAD + `USE ${identifier(origin.database)};`, ...sequences.map(counterLine)].join('\n'),
    begin: 'START TRANSACTION;',
    // No literal has a line break, and blanks in it count.
    comment: (sql) => `-- ${sql.replaceAll(/[\r\n]/g, ' ')}`,
    sqlOf: (row) => {
      const table = tables.find(({ name }) => name === row.name);
      return table === undefined ? undefined : readableSql(table, row);
    },
    doubtOf: ({ class: kind }) =>
      kind === 'unclear' || kind === 'conflict'
        ? 'The writer may have it this way on purpose: decide, and take the statement out of its comment.'
        : undefined,
  });

/** To be run first, where numbers that were given out may be known to somebody outside. */
function counterLine({ name, old, writer }: SequenceReport): string {
  const { sql } = counterSql({ name, old });
  return shortComment(`${name}: ${old} there, ${writer} on the writer. ${sql};`);
}
