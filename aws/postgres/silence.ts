import pg from 'pg';
import type { RowReport } from '../../core/reconcile/comparison.ts';
import { RefusedError } from '../reconcile/errors.ts';
import { NO_PERMISSION } from './errors.ts';
import type { Rulebook } from './references.ts';
import type { Side } from './side.ts';

/**
 * Triggers did their work on the old primary already, and what they wrote is among the rows: they
 * must not do it again. Whether they were silenced; foreign keys are then ours to keep.
 */
export async function silenceTriggers(
  writer: Side,
  rows: readonly RowReport[],
  { triggers, deferrable }: Rulebook,
): Promise<boolean> {
  const firing = triggers.filter(({ schema, table }) =>
    rows.some((row) => row.schema === schema && row.name === table),
  );
  if (firing.length === 0) return false;
  const names = firing.map(({ table, name }) => `${table}.${name}`).join(', ');
  if (firing.some(({ always }) => always))
    throw new RefusedError(`A trigger always fires, and must not fire again (${names}).`);
  const unsafe = deferrable.find(({ schema, table }) =>
    rows.some((row) => row.schema === schema && row.name === table),
  );
  if (unsafe !== undefined) {
    throw new RefusedError(
      `Triggers must not fire again (${names}), and the deferrable constraint ${unsafe.name} is not checked without them.`,
    );
  }
  try {
    await writer.run('SET LOCAL session_replication_role = replica');
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== NO_PERMISSION) throw error;
    throw new RefusedError(
      `Triggers must not fire again (${names}), and this role may not set session_replication_role.`,
    );
  }
  return true;
}
