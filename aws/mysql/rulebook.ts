import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import { identifier } from './columns.ts';
import { extentOf } from './status.ts';
import type { Side } from './side.ts';
import { tablesOf } from './tables.ts';
import type { Table } from './tables.ts';

/** A foreign key; `child` may be in another database. */
export interface Reference {
  readonly schema: string;
  readonly child: string;
  readonly parent: string;
  readonly columns: readonly { readonly from: string; readonly to: string }[];
}

const Trigger = z.object({ name: z.string(), table: z.string(), event: z.string() });

/** What the writer does by itself when rows are written. */
export interface Rulebook {
  readonly tables: readonly Table[];
  readonly triggers: readonly z.infer<typeof Trigger>[];
  readonly references: readonly Reference[];
  /** Whether a foreign key of another database may be hidden from this role. */
  readonly mayHide: boolean;
}

const TRIGGERS = `
  SELECT TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS \`table\`, EVENT_MANIPULATION AS event
  FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE()`;

const Column = z.object({
  schema: z.string(),
  child: z.string(),
  name: z.string(),
  parent: z.string(),
  from: z.string(),
  to: z.string(),
});

const REFERENCES = `
  SELECT TABLE_SCHEMA AS \`schema\`, TABLE_NAME AS child, CONSTRAINT_NAME AS name,
    REFERENCED_TABLE_NAME AS parent, COLUMN_NAME AS \`from\`, REFERENCED_COLUMN_NAME AS \`to\`
  FROM information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = DATABASE()
  ORDER BY TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION`;

/**
 * Reads the tables, triggers and foreign keys of the writer. The catalog shows a role only what it
 * has a right to.
 * @throws NotReadyError if triggers may be hidden from it: they would fire
 */
export async function readRulebook(writer: Side): Promise<Rulebook> {
  if ((await extentOf(writer, 'TRIGGER')) === 'unknown') {
    throw new NotReadyError(
      `${writer.name} does not show this role its triggers, which would fire: ` +
        `GRANT TRIGGER ON ${identifier(writer.database)}.* TO it, to itself and not to a role of it.`,
    );
  }
  return {
    ...{ tables: await tablesOf(writer), references: await readReferences(writer) },
    triggers: await writer.query(Trigger, TRIGGERS),
    mayHide: (await extentOf(writer, 'SELECT')) !== 'everywhere',
  };
}

/** Foreign keys of which this role may see the children. */
export async function readReferences(side: Side): Promise<readonly Reference[]> {
  const columns = await side.query(Column, REFERENCES);
  const keys = Map.groupBy(columns, ({ schema, child, name }) =>
    JSON.stringify([schema, child, name]),
  );
  return [...keys.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const { schema, child, parent } = first;
    return [{ schema, child, parent, columns: own.map(({ from, to }) => ({ from, to })) }];
  });
}

/** Names of columns, and on some systems of tables, are the same in either case. */
export const areSameName = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase();
