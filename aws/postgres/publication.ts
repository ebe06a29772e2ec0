import * as z from 'zod';
import type { Side } from './side.ts';
import { SLOT, watchedTables } from './slot-state.ts';
import { identifier, quoted, tablesOf } from './tables.ts';

/** A table that the slot does not watch. */
export interface Unwatched {
  readonly schema: string;
  readonly name: string;
  readonly why: string;
}

const Publication = z.object({ isForAll: z.boolean() });
const Named = z.object({ schema: z.string(), name: z.string(), isNamed: z.boolean() });

/** Whether the rows of a table can be named in the stream. A key that is checked late cannot. */
const NAMED = `
  SELECT n.nspname AS schema, c.relname AS name,
    c.relreplident = 'f' OR pg_get_replica_identity_index(c.oid) IS NOT NULL AS "isNamed"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'`;

/**
 * Lets the publication have every table that it can have. Not FOR ALL TABLES: PostgreSQL refuses
 * every update and delete of a published table whose rows cannot be named, and the service would
 * fail for it. Those are named instead. Safe to repeat; changes nothing where nothing changed.
 */
export async function watchTables(primary: Side): Promise<readonly Unwatched[]> {
  const named = new Map(
    (await primary.query(Named, NAMED)).map(({ isNamed, ...table }) => [quoted(table), isNamed]),
  );
  const tables = (await tablesOf(primary)).filter(({ isLogged }) => isLogged);
  const wanted = tables.map((table) => quoted(table)).filter((table) => named.get(table) === true);
  const name = identifier(SLOT);
  const sql = `SELECT puballtables AS "isForAll" FROM pg_publication WHERE pubname = '${SLOT}'`;
  const [publication] = await primary.query(Publication, sql);
  if (publication === undefined) {
    const list = wanted.map((table) => `TABLE ONLY ${table}`).join(', ');
    await primary.run(`CREATE PUBLICATION ${name}${list === '' ? '' : ` FOR ${list}`}`);
  } else if (!publication.isForAll) {
    const watched = (await watchedTables(primary)).map((table) => quoted(table));
    // Those first that make the service's updates fail.
    for (const table of watched.filter((each) => !wanted.includes(each)))
      await primary.run(`ALTER PUBLICATION ${name} DROP TABLE ONLY ${table}`);
    for (const table of wanted.filter((each) => !watched.includes(each)))
      await primary.run(`ALTER PUBLICATION ${name} ADD TABLE ONLY ${table}`);
  }
  return tables.flatMap((table) =>
    named.get(quoted(table)) === true
      ? []
      : {
          ...{ schema: table.schema, name: table.name },
          why: 'it has no primary key that can name its rows, and no REPLICA IDENTITY FULL',
        },
  );
}
