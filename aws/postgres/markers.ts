import * as z from 'zod';
import { NotReadyError } from '../../core/errors.ts';
import type { Side } from './side.ts';

/** What we keep in the writer's database. */
export const MARKER_SCHEMA = 'region_failover';
const TABLE = `${MARKER_SCHEMA}.applied`;

const Marker = z.object({ unit: z.string(), at: z.string() });

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS ${MARKER_SCHEMA};
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    unit text PRIMARY KEY,
    rows int NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    applied_by text NOT NULL
  )`;

/** Creates the table of the marks. Safe to repeat. @throws NotReadyError if the role may not */
export async function prepareMarkers(writer: Side): Promise<void> {
  if (await hasMarkers(writer)) return;
  try {
    await writer.run(CREATE);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NotReadyError(
      `${writer.name} does not let this role create ${TABLE}, which keeps what was applied: ${why}. ` +
        'Grant it CREATE on the database, or let somebody who may create the table.',
      { cause: error },
    );
  }
}

async function hasMarkers(writer: Side): Promise<boolean> {
  const sql = `SELECT to_regclass('${TABLE}') IS NOT NULL AS exists`;
  const [found] = await writer.query(z.object({ exists: z.boolean() }), sql);
  return found?.exists === true;
}

/**
 * Marks a unit as applied, in the transaction that applies it. False if it is marked already: then
 * nothing of it may be applied again. Another session that applies it is waited for.
 */
export async function mark(writer: Side, unit: string, rows: number, by: string): Promise<boolean> {
  const sql = `INSERT INTO ${TABLE} (unit, rows, applied_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
  return (await writer.run(sql, [unit, rows, by])) === 1;
}

/** The units that were applied, and when; none if nothing ever was. */
export async function readMarkers(writer: Side): Promise<ReadonlyMap<string, string>> {
  if (!(await hasMarkers(writer))) return new Map();
  const markers = await writer.query(Marker, `SELECT unit, applied_at::text AS at FROM ${TABLE}`);
  return new Map(markers.map(({ unit, at }) => [unit, at]));
}
