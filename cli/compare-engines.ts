import { compareDatabases as compareMysql } from '../aws/mysql/compare.ts';
import { reportSql as mysqlSql } from '../aws/mysql/report-sql.ts';
import { withSides as withMysqlSides } from '../aws/mysql/side.ts';
import { tablesOf as mysqlTables } from '../aws/mysql/tables.ts';
import { isMysqlUrl } from '../aws/mysql/url.ts';
import { compareDatabases } from '../aws/postgres/compare.ts';
import type { LaneOptions } from '../aws/postgres/lanes.ts';
import { readRulebook } from '../aws/postgres/references.ts';
import { reportSql } from '../aws/postgres/report-sql.ts';
import { withSides } from '../aws/postgres/side.ts';
import { tablesOf } from '../aws/postgres/tables.ts';
import type { AnyOrigin, Comparison } from '../core/reconcile/comparison.ts';
import { UsageError } from './io.ts';

/** The addresses of both sides. */
export interface Urls {
  readonly old: string;
  readonly writer: string;
}

/** What a comparison found, and what would put it right. */
export interface Compared {
  readonly comparison: Comparison<AnyOrigin>;
  /** SQL to read. */
  readonly sql: () => string;
}

/** Looks at the tables of the old primary before anything is compared. */
type Look = (
  tables: readonly {
    readonly schema: string;
    readonly name: string;
    readonly columns: readonly { readonly name: string }[];
  }[],
) => void;

const comparePostgres = (urls: Urls, look: Look, options: LaneOptions): Promise<Compared> =>
  withSides(urls, async (sides) => {
    look(await tablesOf(sides.old));
    const comparison = await compareDatabases(sides, options);
    const rulebook = await readRulebook(sides.writer);
    return { comparison, sql: () => reportSql(comparison, rulebook) };
  });

const compareMysqlOrMariadb = (urls: Urls, look: Look): Promise<Compared> =>
  withMysqlSides(urls, async (sides) => {
    const tables = await mysqlTables(sides.old);
    look(tables);
    const comparison = await compareMysql(sides);
    return { comparison, sql: () => mysqlSql(comparison, tables) };
  });

/**
 * Compares two databases of one kind, which their addresses tell; PostgreSQL in several sessions.
 * @throws UsageError if they are of two kinds; and what the comparison throws
 */
export async function compareUrls(urls: Urls, look: Look, options: LaneOptions): Promise<Compared> {
  const [old, writer] = [isMysqlUrl(urls.old), isMysqlUrl(urls.writer)];
  if (old !== writer)
    throw new UsageError('--old and --writer: found two kinds of databases; expected one.');
  return await (old ? compareMysqlOrMariadb : comparePostgres)(urls, look, options);
}
