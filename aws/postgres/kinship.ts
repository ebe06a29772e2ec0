import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { Sides } from './differences.ts';

const Server = z.object({ id: z.string(), isStandby: z.boolean(), start: z.string() });

/** A promoted standby keeps the identifier of the cluster that it was copied from. */
const SERVER = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS id,
    pg_is_in_recovery() AS "isStandby", pg_postmaster_start_time()::text AS start`;

/**
 * Refuses what cannot be compared: a standby, a server with itself, and servers that never had one
 * history, of which every row would look lost.
 * @throws NotReadyError which says what was found, and what would be right
 */
export async function assertParted({ old, writer }: Sides): Promise<void> {
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
}
