import * as z from 'zod';
import type { Engine, Side } from './side.ts';

const Status = z.object({ Variable_name: z.string(), Value: z.string() });

/** SHOW STATUS needs no privilege (MySQL Reference Manual, SHOW STATUS Statement). */
async function readStatus(side: Side, names: readonly string[]): Promise<readonly number[]> {
  const list = names.map((name) => `'${name}'`).join(', ');
  const found = await side.query(Status, `SHOW GLOBAL STATUS WHERE Variable_name IN (${list})`);
  return found.map(({ Value: value }) => Number(value));
}

const WRITING = [
  ...['Com_insert', 'Com_insert_select', 'Com_update', 'Com_update_multi', 'Com_delete'],
  ...['Com_delete_multi', 'Com_replace', 'Com_replace_select', 'Com_load', 'Com_truncate'],
  ...['Com_alter_table', 'Com_create_table', 'Com_drop_table'],
];

/** How many statements that write a server was given since it started, by all sessions. */
export async function statementsThatWrite(side: Side): Promise<number> {
  return (await readStatus(side, WRITING)).reduce((sum, each) => sum + each, 0);
}

const Replicating = z.object({ sources: z.string() });

const REPLICATING = `
  SELECT CAST(COUNT(*) AS CHAR) AS sources
  FROM performance_schema.replication_connection_status WHERE SERVICE_STATE <> 'OFF'`;

const sources: Readonly<Record<Engine, (side: Side) => Promise<number | undefined>>> = {
  MySQL: async (side) => {
    try {
      const [found] = await side.query(Replicating, REPLICATING);
      return found === undefined ? undefined : Number(found.sources);
    } catch (error) {
      if (isDenied(error)) return undefined;
      throw error;
    }
  },
  MariaDB: async (side) => (await readStatus(side, ['Slaves_running']))[0],
};

/** Sources that a server replicates from at this moment; undefined if this role may not see it. */
export const sourcesOf = (side: Side): Promise<number | undefined> => sources[side.engine](side);

const isDenied = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ER_TABLEACCESS_DENIED_ERROR';

const Granted = z.object({ everywhere: z.enum(['yes', 'no']), here: z.enum(['yes', 'no']) });

const ROLE = `CONCAT(QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', 1)), '@',
      QUOTE(SUBSTRING_INDEX(CURRENT_USER(), '@', -1)))`;

/** The least that is known of where a role may do something. */
export type Extent = 'everywhere' | 'here' | 'unknown';

/** The most exact pattern of a database counts, whatever others grant: only one may match then. */
const MATCHING = `FROM information_schema.SCHEMA_PRIVILEGES
      WHERE GRANTEE = ${ROLE} AND DATABASE() LIKE TABLE_SCHEMA`;
const EXACT = `AND REPLACE(TABLE_SCHEMA, '\\\\', '') = DATABASE()`;

/** MySQL may have taken back for a database what was granted for all. */
async function mayBeRevoked(side: Side): Promise<boolean> {
  const sql = `SHOW GLOBAL VARIABLES LIKE 'partial_revokes'`;
  return (await side.query(z.object({ Value: z.string() }), sql))[0]?.Value === 'ON';
}

/**
 * Where a role itself was granted something: on the whole server, or on the whole database. What it
 * got through another role, or for some tables only, is not seen here.
 */
export async function extentOf(side: Side, privilege: 'SELECT' | 'TRIGGER'): Promise<Extent> {
  const [found] = await side.query(
    Granted,
    `SELECT IF(EXISTS (
      SELECT 1 FROM information_schema.USER_PRIVILEGES
      WHERE PRIVILEGE_TYPE = '${privilege}' AND GRANTEE = ${ROLE}
    ), 'yes', 'no') AS everywhere, IF(EXISTS (
      SELECT 1 ${MATCHING} ${EXACT} AND PRIVILEGE_TYPE = '${privilege}'
    ) OR ((SELECT COUNT(DISTINCT TABLE_SCHEMA) ${MATCHING}) = 1 AND EXISTS (
      SELECT 1 ${MATCHING} AND PRIVILEGE_TYPE = '${privilege}'
    )), 'yes', 'no') AS here`,
  );
  if (found?.everywhere === 'yes' && !(await mayBeRevoked(side))) return 'everywhere';
  return found?.here === 'yes' ? 'here' : 'unknown';
}

/** Whether it is certain that a role sees every table: the catalog does not show what it may not read. */
export const seesAll = async (side: Side): Promise<boolean> =>
  (await extentOf(side, 'SELECT')) !== 'unknown';
