import { oneLine } from '../text.ts';
import type { RowReport } from './comparison.ts';
import { keyWords, nameOf } from './comparison.ts';
import { unitsOf } from './units.ts';

/** How one kind of database writes what a report says. */
export interface Dialect {
  /** What stands before everything: comments, and settings of the session. */
  readonly head: string;
  readonly begin: string;
  /** The statement that gives the writer the old primary's version; undefined if there is none. */
  readonly sqlOf: (row: RowReport) => string | undefined;
  /** What has to be decided before a row's statement may run; it is a comment then. */
  readonly doubtOf: (row: RowReport) => string | undefined;
  /** A statement that is not to run, on one line. */
  readonly comment: (sql: string) => string;
}

/** SQL that a DBA can read: a transaction for each of the old primary's. */
export function reportSql(rows: readonly RowReport[], dialect: Dialect): string {
  const parts = unitsOf(rows).map(({ id, rows: own }) => {
    const stands = own.some(
      (row) => row.obstacles.length > 0 || dialect.doubtOf(row) !== undefined,
    );
    const lines = own.flatMap((row) => {
      const sql = dialect.sqlOf(row);
      if (sql === undefined) return [];
      const notes = [
        `${row.class}: ${nameOf(row)} ${keyWords(row)}`,
        ...row.obstacles.map(({ why }) => why),
        dialect.doubtOf(row) ?? [],
      ].flat();
      return [...notes.map(shortComment), stands ? dialect.comment(`${sql};`) : `${sql};`];
    });
    return ['', shortComment(id), dialect.begin, ...lines, 'COMMIT;'].join('\n');
  });
  return [dialect.head, ...parts, ''].join('\n');
}

const LONGEST_COMMENT = 2000;

/** Words as a comment: whatever is in them, they stay on their line. */
export const shortComment = (words: string): string => `-- ${oneLine(words, LONGEST_COMMENT)}`;
