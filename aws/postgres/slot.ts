import pg from 'pg';
import * as z from 'zod';
import { nameOf } from '../../core/reconcile/comparison.ts';
import type { Source } from '../../core/reconcile/source.ts';
import { countOf } from '../../core/text.ts';
import type { Capture } from './capture.ts';
import { readCapture } from './capture.ts';
import { DecodeError } from '../reconcile/errors.ts';
import type { Side, Sides } from './side.ts';
import type { SlotState, WatchedTable } from './slot-state.ts';
import { readSlotState, SLOT, watchedTables } from './slot-state.ts';
import type { Table } from './tables.ts';

/** What explains the differences of two databases. */
export interface Explanation {
  readonly source: Source;
  /** Undefined if nothing but the comparison does. */
  readonly capture: Capture | undefined;
  /** What the source cannot see, in sentences. */
  readonly blindSpots: readonly string[];
}

/**
 * Looks for the slot that was parked on the old primary, and reads it. Where it explains nothing,
 * the comparison stands alone, and `source.why` says why.
 */
export async function explain(
  sides: Sides,
  tables: readonly Table[],
  noOrigins: string | undefined,
): Promise<Explanation> {
  const state = await readSlotState(sides.old);
  const watched = await watchedTables(sides.old);
  const whyNot = noOrigins ?? whyUnusable(state);
  if (whyNot !== undefined) return alone(whyNot);
  const isWatched = (table: Table): boolean =>
    watched.some(({ schema, name }) => schema === table.schema && name === table.name);
  try {
    const capture = await readCapture(sides, tables.filter(isWatched));
    if (!capture.beganBeforeFork && !(await isBefore(sides.writer, state?.confirmed ?? null)))
      return alone(`Nothing proves that the slot ${SLOT} began before the fork: it may lack some.`);
    return {
      source: {
        kind: 'slot',
        why: `It kept ${countOf(capture.lost, 'transaction')} that the writer lacks.`,
      },
      capture,
      blindSpots: blindSpots(capture, tables, watched),
    };
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof pg.DatabaseError)) throw error;
    return alone(`The slot ${SLOT} of the old primary cannot be read: ${error.message}`);
  }
}

function whyUnusable(state: SlotState | undefined): string | undefined {
  if (state === undefined)
    return `The old primary has no slot ${SLOT}; "failover keep" parks one before an outage.`;
  if (state.walStatus === 'lost')
    return `The slot ${SLOT} of the old primary is lost: its log was removed.`;
  if (state.plugin !== 'pgoutput')
    return `The slot ${SLOT} has the plugin ${state.plugin ?? 'none'}; expected pgoutput.`;
  if (!state.isHere)
    return `The slot ${SLOT} is of the database ${state.database ?? 'unknown'}, not of this one.`;
  return undefined;
}

/** Without a slot a deleted row has no transaction, and no base. */
const alone = (why: string): Explanation => ({
  source: { kind: 'comparison', why },
  capture: undefined,
  blindSpots: [
    'A row that the old primary deleted after the fork and the writer changed since looks as if the writer had inserted it.',
    'A row is seen as the old primary left it, and counts to the last transaction that wrote it.',
    'A deleted row counts to no transaction.',
  ],
});

/**
 * Whether the slot still has everything that the writer lacks, by what the writer replayed last. It
 * forgets that when it restarts: false then. After a crash it says how far it repaired itself, but no
 * time of a transaction: those are kept only while a standby replays.
 */
async function isBefore(writer: Side, confirmed: string | null): Promise<boolean> {
  const sql = `
    SELECT pg_last_xact_replay_timestamp() IS NOT NULL
      AND coalesce($1::pg_lsn <= pg_last_wal_replay_lsn(), false) AS answer`;
  const [row] = await writer.query(z.object({ answer: z.boolean() }), sql, [confirmed]);
  return row?.answer === true;
}

function blindSpots(
  { truncated, blind }: Capture,
  tables: readonly Table[],
  watched: readonly WatchedTable[],
): string[] {
  const identityOf = (table: Table): string | undefined =>
    watched.find(({ schema, name }) => schema === table.schema && name === table.name)?.identity;
  const unwatched = tables.filter((table) => identityOf(table) === undefined).map(nameOf);
  const brief = tables.filter((table) => !['f', undefined].includes(identityOf(table))).map(nameOf);
  const say = (names: readonly string[], words: string): string[] =>
    names.length === 0 ? [] : [`${names.join(', ')}: ${words}`];
  return [
    ...say(unwatched, 'the slot does not watch it. Its rows are told apart without the slot.'),
    ...say(
      blind,
      'its REPLICA IDENTITY is another index than the primary key. Its rows are told apart without the slot.',
    ),
    ...say(
      truncated,
      'the old primary truncated it after the fork. Whether a row was there before is not known.',
    ),
    ...say(brief, 'the rows as they were at the fork are not known (no REPLICA IDENTITY FULL).'),
    'Transactions that wrote the same row are applied as one: only its last version is there.',
  ];
}
