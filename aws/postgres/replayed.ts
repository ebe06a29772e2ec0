import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import { Server, SERVER } from './kinship.ts';
import type { Side } from './side.ts';

const Standby = z.object({
  id: z.string(),
  isStandby: z.boolean(),
  replayed: z.string().nullable(),
  /** The timeline that it receives now; null if it receives nothing, or may not say. */
  timeline: z.int().nullable(),
});

export const STANDBY = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS id,
    pg_is_in_recovery() AS "isStandby", pg_last_wal_replay_lsn()::text AS replayed,
    (SELECT received_tli FROM pg_stat_wal_receiver) AS timeline`;

/** Up to where a standby has replayed its primary, or why that is not known. */
export type Replayed =
  | { readonly known: true; readonly lsn: string }
  | { readonly known: false; readonly reason: string };

/**
 * Asks a standby how far it has replayed this primary. A standby that follows somebody else since,
 * or nobody, says nothing of it: its position may be one of another history.
 * @throws NotReadyError if they are no primary and standby; nothing may move the slot then
 */
export async function readReplayed(primary: Side, standby: Side): Promise<Replayed> {
  const [[there], [here]] = await Promise.all([
    primary.query(Server, SERVER),
    standby.query(Standby, STANDBY),
  ]);
  if (there === undefined || here === undefined)
    throw new Error('A server says nothing of itself.');
  if (there.isStandby)
    throw new NotReadyError(`${primary.name} is a standby; expected the writer.`);
  if (!here.isStandby) {
    throw new NotReadyError(
      `${standby.name} is none: was it promoted? The slot stays as it is; it may explain what was lost.`,
    );
  }
  if (there.id !== here.id)
    throw new NotReadyError(
      `${standby.name} does not follow ${primary.name}: found the system identifiers ${here.id} and ${there.id}.`,
    );
  if (here.timeline === null)
    return {
      known: false,
      reason: `${standby.name} receives nothing, or this role may not see it (pg_monitor).`,
    };
  if (here.timeline !== there.timeline)
    throw new NotReadyError(
      `${standby.name} follows the timeline ${here.timeline}, and ${primary.name} is on ${there.timeline}. The slot stays as it is.`,
    );
  if (here.replayed === null)
    return { known: false, reason: `${standby.name} has replayed nothing yet.` };
  return { known: true, lsn: here.replayed };
}
