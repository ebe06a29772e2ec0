import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { Origin } from '../../core/reconcile/comparison.ts';
import type { Side, Sides } from './side.ts';

/** What a server says of itself; a standby writes on no timeline. */
export const Server = z.object({
  id: z.string(),
  isStandby: z.boolean(),
  start: z.string(),
  timeline: z.int(),
  database: z.string(),
});

/**
 * A promoted standby keeps the identifier of the cluster that it was copied from, and begins a
 * timeline: the first eight digits of the name of the file that it writes to.
 */
export const SERVER = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS id,
    pg_is_in_recovery() AS "isStandby", pg_postmaster_start_time()::text AS start,
    CASE WHEN pg_is_in_recovery() THEN 0
      ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int
    END AS timeline,
    current_database() AS database`;

/**
 * Refuses what cannot be compared: a standby, a server with itself, and servers that never had one
 * history, of which every row would look lost.
 * @throws NotReadyError which says what was found, and what would be right
 */
export async function assertParted({ old, writer }: Sides): Promise<Origin> {
  const [[there], [here]] = await Promise.all([
    old.query(Server, SERVER),
    writer.query(Server, SERVER),
  ]);
  if (there === undefined || here === undefined)
    throw new Error('A server says nothing of itself.');
  const standby = there.isStandby ? old : here.isStandby ? writer : undefined;
  if (standby !== undefined) {
    throw new NotReadyError(`${standby.name} is a standby; expected a database of its own.`);
  }
  if (there.id !== here.id) {
    throw new NotReadyError(
      'The databases are not of one origin: found the system identifiers ' +
        `${there.id} and ${here.id}; expected an old primary and the standby that was promoted.`,
    );
  }
  if (there.start === here.start) {
    throw new NotReadyError('Both addresses lead to the same server.');
  }
  if (here.timeline <= there.timeline) {
    throw new NotReadyError(
      `${writer.name} is on timeline ${here.timeline} and ${old.name} on ${there.timeline}; expected ` +
        'a later one of the writer, which was promoted. Were the addresses swapped?',
    );
  }
  if (there.database !== here.database) {
    throw new NotReadyError(
      `Found the databases ${there.database} and ${here.database}; expected the same one on both sides.`,
    );
  }
  return originOf(here);
}

const Horizon = z.object({ next: z.string() });

/** The number that the next transaction of a server will get. */
export async function nextTransaction(side: Side): Promise<string> {
  const sql = 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next';
  const [horizon] = await side.query(Horizon, sql);
  if (horizon === undefined) throw new Error('A function gave no row.');
  return horizon.next;
}

/** How many transactions a server ran since: those of its own housekeeping, too. */
export async function transactionsSince(side: Side, before: string): Promise<bigint> {
  return BigInt(await nextTransaction(side)) - BigInt(before);
}

const originOf = ({ id, timeline, database }: z.infer<typeof Server>): Origin => ({
  systemId: id,
  writerTimeline: timeline,
  database,
});

/**
 * Refuses to write to anything but the writer that was compared.
 * @throws NotReadyError which says what was found, and what would be right
 */
export async function assertIsWriter(writer: Side, origin: Origin): Promise<void> {
  const [server] = await writer.query(Server, SERVER);
  if (server === undefined) throw new Error('A server says nothing of itself.');
  if (server.isStandby)
    throw new NotReadyError(`${writer.name} is a standby; expected the writer.`);
  const found = originOf(server);
  if (JSON.stringify(found) === JSON.stringify(origin)) return;
  const words = ({ systemId, writerTimeline, database }: Origin): string =>
    `database ${database} of the cluster ${systemId} on timeline ${writerTimeline}`;
  throw new NotReadyError(
    `${writer.name} is not the one that was compared: found ${words(found)}; ` +
      `expected ${words(origin)}. Compare again if it was failed over since.`,
  );
}
