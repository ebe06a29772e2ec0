import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import type { CommonTables } from '../reconcile/pair-tables.ts';
import { pairTables } from '../reconcile/pair-tables.ts';
import type { Column } from './columns.ts';
import { identifier, isKnown } from './columns.ts';
import { keyOf, UniqueColumn } from './keys.ts';
import type { Side } from './side.ts';

/** A table as a side has it. */
export interface Table {
  /** Empty: one database is compared, and its name is that of the comparison. */
  readonly schema: '';
  readonly name: string;
  /** `BASE TABLE`, `SYSTEM VERSIONED`; never a view or a sequence. */
  readonly kind: string;
  readonly storage: string | null;
  /** Columns that tell its rows apart; none if nothing does. */
  readonly key: readonly string[];
  /** In the order of their names: that of the table may be another on each side. */
  readonly columns: readonly Column[];
}

const Found = z.object({ name: z.string(), kind: z.string(), storage: z.string().nullable() });
const FoundColumn = z.object({
  table: z.string(),
  name: z.string(),
  type: z.string(),
  declared: z.string(),
  collation: z.string().nullable(),
  generated: z.enum(['yes', 'no']),
});

/** Partitioned tables are one table. A view has no rows of its own. */
const TABLES = `
  SELECT TABLE_NAME AS name, TABLE_TYPE AS kind, ENGINE AS storage
  FROM information_schema.TABLES
  WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT IN ('VIEW', 'SYSTEM VIEW', 'SEQUENCE')
  ORDER BY TABLE_NAME`;

/** `DEFAULT_GENERATED` is a default, and no generated column. */
const COLUMNS = `
  SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS name, LOWER(DATA_TYPE) AS type,
    COLUMN_TYPE AS declared, COLLATION_NAME AS collation,
    IF(EXTRA LIKE '%VIRTUAL GENERATED%' OR EXTRA LIKE '%STORED GENERATED%', 'yes', 'no')
      AS \`generated\`
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()`;

const UNIQUE = `
  SELECT TABLE_NAME AS \`table\`, INDEX_NAME AS \`index\`, COLUMN_NAME AS name,
    IF(NULLABLE = 'YES', 'yes', 'no') AS nullable, IF(SUB_PART IS NULL, 'no', 'yes') AS part
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND NON_UNIQUE = 0
  ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;

/** The tables of one side that this role may see: the catalog shows no others. */
export async function tablesOf(side: Side): Promise<readonly Table[]> {
  const found = await side.query(Found, TABLES);
  const columns = Map.groupBy(await side.query(FoundColumn, COLUMNS), ({ table }) => table);
  const unique = Map.groupBy(await side.query(UniqueColumn, UNIQUE), ({ table }) => table);
  return found.map((table): Table => {
    const own = (columns.get(table.name) ?? []).map(
      ({ name, type, declared, collation, generated }): Column => ({
        ...{ name, type, collation, isGenerated: generated === 'yes' },
        declared: withoutWidth(declared),
      }),
    );
    const inOrder = own.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    return { schema: '', ...table, key: keyOf(unique.get(table.name) ?? []), columns: inOrder };
  });
}

/** How wide a number is shown, which MySQL 8.0.19 stopped saying, is no difference. */
const withoutWidth = (declared: string): string =>
  declared.includes('zerofill') ? declared : declared.replace(/^(\w*int|year)\(\d+\)/, '$1');

/** The columns that hold what somebody wrote: generated ones follow from them. */
export const writtenColumns = ({ columns }: Table): readonly Column[] =>
  columns.filter(({ isGenerated }) => !isGenerated);

/** The columns of the key, in its order. */
export const keyColumns = ({ key, columns }: Table): readonly Column[] =>
  key.flatMap((name) => columns.find((column) => column.name === name) ?? []);

/** The tables that can be compared, and those that cannot: also those that only the writer has. */
export async function commonTables(old: Side, writer: Side): Promise<CommonTables<Table>> {
  const [there, here] = await Promise.all([tablesOf(old), tablesOf(writer)]);
  const common = await pairTables({ old: there, writer: here }, whyNot, (table) =>
    countRows(old, table),
  );
  const leftOut: LeftOut[] = [...common.leftOut];
  for (const table of here) {
    if (there.some(({ name }) => name === table.name)) continue;
    const why = 'The old primary has no such table. Rows are those of the writer.';
    leftOut.push({ table: table.name, why, rows: await countRows(writer, table) });
  }
  return { ...common, leftOut };
}

function whyNot(table: Table, same: Table | undefined): string | undefined {
  if (same === undefined) return 'The writer has no such table.';
  for (const { kind, storage } of [table, same]) {
    if (kind !== 'BASE TABLE') return `It is a ${kind} table, whose history is not compared.`;
    if (storage !== 'InnoDB')
      return `Its engine ${storage ?? 'unknown'} has no snapshots: what is read is of no one moment.`;
  }
  const stranger = writtenColumns(table).find((column) => !isKnown(column));
  if (stranger !== undefined)
    return `Its column ${stranger.name} has the type ${stranger.type}, which is not compared.`;
  if (table.key.length === 0)
    return 'It has no primary key, and no unique one without NULL: its rows cannot be told apart.';
  const shape = ({ columns, key }: Table): string => JSON.stringify([columns, key]);
  if (shape(table) !== shape(same)) return 'Its columns or its key were changed on one side.';
  return undefined;
}

const Count = z.object({ count: z.string() });

async function countRows(side: Side, { name }: Table): Promise<number> {
  const sql = `SELECT CAST(COUNT(*) AS CHAR) AS count FROM ${identifier(name)}`;
  const [row] = await side.query(Count, sql);
  return Number(row?.count ?? 0);
}
