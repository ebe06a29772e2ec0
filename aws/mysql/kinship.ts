import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { MysqlOrigin } from '../../core/reconcile/comparison.ts';
import { textLiteral } from './columns.ts';
import { MARKER_DATABASE } from './marker-database.ts';
import { createReader } from './reader.ts';
import { sampleOf } from './sample.ts';
import type { Engine, Side, Sides } from './side.ts';
import { sourcesOf } from './status.ts';
import type { Table } from './tables.ts';

const Server = z.object({ id: z.string(), isReadOnly: z.enum(['yes', 'no']) });

/** The one server says 0, the other OFF; later ones have more than one kind of ON. */
const READ_ONLY = `IF(CAST(@@GLOBAL.read_only AS CHAR) IN ('0', 'OFF'), 'no', 'yes') AS isReadOnly`;

const questions: Readonly<Record<Engine, string>> = {
  MySQL: `SELECT @@GLOBAL.server_uuid AS id, ${READ_ONLY}`,
  MariaDB: `SELECT CONCAT('server ', @@GLOBAL.server_id) AS id, ${READ_ONLY}`,
};

/** The first versions whose catalogs and functions are those that are asked for. */
const oldest: Readonly<Record<Engine, readonly [number, number]>> = {
  MySQL: [8, 0],
  MariaDB: [10, 6],
};

/**
 * Refuses what cannot be compared, as far as servers tell by themselves: two kinds, two databases,
 * one server twice, and a writer that takes no writes.
 * @throws NotReadyError which says what was found, and what would be right
 */
export async function assertParted(sides: Sides): Promise<MysqlOrigin> {
  const { old, writer } = sides;
  if (old.engine !== writer.engine) {
    throw new NotReadyError(
      `${old.name} is ${old.engine} and ${writer.name} ${writer.engine}; expected two of one kind.`,
    );
  }
  for (const { name, engine, version } of [old, writer]) {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const [first, second] = oldest[engine];
    if (major > first || (major === first && minor >= second)) continue;
    const expected = `${engine} ${first}.${second} or later`;
    throw new NotReadyError(`${name}: found ${engine} ${version}; expected ${expected}.`);
  }
  if (old.database !== writer.database) {
    throw new NotReadyError(
      `Found the databases ${old.database} and ${writer.database}; expected the same one on both sides.`,
    );
  }
  if (old.database === MARKER_DATABASE) {
    throw new NotReadyError(
      `Found the database ${MARKER_DATABASE}, which holds what was applied; expected one of a service.`,
    );
  }
  if (await areOne(sides)) throw new NotReadyError('Both addresses lead to the same server.');
  const [[there], [here]] = await Promise.all([
    old.query(Server, questions[old.engine]),
    writer.query(Server, questions[writer.engine]),
  ]);
  if (there === undefined || here === undefined)
    throw new Error('A server says nothing of itself.');
  if (here.isReadOnly === 'yes') {
    throw new NotReadyError(
      `${writer.name} is read only: is it a replica? Were the addresses swapped? Expected the writer.`,
    );
  }
  for (const side of [old, writer]) {
    if (((await sourcesOf(side)) ?? 0) === 0) continue;
    throw new NotReadyError(
      `${side.name} replicates from another server; expected a database of its own: STOP REPLICA.`,
    );
  }
  return {
    ...{ engine: old.engine, oldServer: there.id, writerServer: here.id },
    database: old.database,
  };
}

/**
 * Refuses every other server than the writer that was compared, and one that takes no writes or that
 * another server may overwrite.
 * @throws NotReadyError which says what was found, and what was expected
 */
export async function assertIsWriter(writer: Side, origin: MysqlOrigin): Promise<void> {
  const [server] = await writer.query(Server, questions[writer.engine]);
  const found = `${writer.engine} ${server?.id ?? ''}, database ${writer.database}`;
  const expected = `${origin.engine} ${origin.writerServer}, database ${origin.database}`;
  if (found !== expected) {
    throw new NotReadyError(
      `${writer.name} is not the one that was compared: found ${found}; expected ${expected}.`,
    );
  }
  if (server?.isReadOnly !== 'no')
    throw new NotReadyError(`${writer.name} is read only; expected one that takes writes.`);
  const sources = await sourcesOf(writer);
  if (sources === undefined) {
    throw new NotReadyError(
      `${writer.name}: whether it replicates from another server may not be seen. ` +
        'GRANT SELECT ON performance_schema.replication_connection_status TO this role.',
    );
  }
  if (sources > 0) {
    throw new NotReadyError(
      `${writer.name} replicates from another server; expected one that does not: STOP REPLICA.`,
    );
  }
}

const Held = z.object({ holder: z.string().nullable() });

/** A lock that only the sessions of one server see. It locks nothing that anybody else asks for. */
async function areOne({ old, writer }: Sides): Promise<boolean> {
  const lock = textLiteral(`region-failover ${randomUUID()}`);
  const Got = z.object({ got: z.string().nullable() });
  await old.query(Got, `SELECT CAST(GET_LOCK(${lock}, 0) AS CHAR) AS got`);
  const [held] = await writer.query(Held, `SELECT CAST(IS_USED_LOCK(${lock}) AS CHAR) AS holder`);
  await old.query(Got, `SELECT CAST(RELEASE_LOCK(${lock}) AS CHAR) AS got`);
  return held !== undefined && held.holder !== null;
}

/**
 * Refuses servers that have nothing in common: of those every row would look lost. The first and
 * the last rows of each table are looked for on the writer, until one is the same.
 * @throws NotReadyError if none is
 */
export async function assertKin({ old, writer }: Sides, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    const sample = await sampleOf(old, table);
    const same = await createReader(writer, table).versionsOf(sample.map(({ key }) => key));
    if (sample.some(({ hash }, at) => same[at]?.hash === hash)) return;
  }
  throw new NotReadyError(
    `Of the first and last rows of ${tables.length} tables not one is the same on both sides: the ` +
      'databases are not of one origin. Expected an old primary and the replica that was promoted.',
  );
}
