import type { Comparison } from '../../core/reconcile/comparison.ts';
import { keyWords, nameOf } from '../../core/reconcile/comparison.ts';
import { unitsOf } from '../../core/reconcile/units.ts';
import { oneLine } from '../../core/text.ts';
import type { Rulebook } from './references.ts';
import { readableSql } from './row-sql.ts';

const HEAD = `-- What applying everything would do, to be read. "failover apply" does the same with checks:
-- that a row is still the one that was compared, that nothing cascades, that triggers stay silent,
-- and that nothing is applied twice. Rows with something in their way are comments.
SET search_path = pg_catalog, public;
`;

/** SQL that a DBA can read: a transaction for each of the old primary's. */
export function reportSql(
  { rows }: Pick<Comparison, 'rows'>,
  { tables }: Pick<Rulebook, 'tables'>,
): string {
  const parts = unitsOf(rows).map(({ id, rows: own }) => {
    const stands = own.some(({ obstacles }) => obstacles.length > 0);
    const lines = own.flatMap((row) => {
      const table = tables.find(({ schema, name }) => schema === row.schema && name === row.name);
      if (table === undefined) return [];
      const notes = [
        `${row.class}: ${nameOf(row)} ${keyWords(row)}`,
        ...row.obstacles.map(({ why }) => why),
      ];
      const sql = `${readableSql(table, row)};`;
      return [...notes.map(comment), stands ? comment(sql) : sql];
    });
    return ['', comment(id), 'BEGIN;', ...lines, 'COMMIT;'].join('\n');
  });
  return [HEAD, ...parts, ''].join('\n');
}

const LONGEST_COMMENT = 2000;
const comment = (words: string): string => `-- ${oneLine(words, LONGEST_COMMENT)}`;
