import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import { countOf } from '../../core/text.ts';
import { MARKER_SCHEMA } from './marker-schema.ts';
import { OF_OTHERS, endOthers, readRunning } from './position.ts';
import type { Side } from './side.ts';

/**
 * Sessions of others that are at work, of which each may hold a transaction that commits later; and
 * those that did anything since a time: what they wrote may not be counted yet.
 */
export const OPEN = `
  SELECT count(*) FILTER (WHERE state IS DISTINCT FROM 'idle')::int AS others,
    count(*) FILTER (WHERE state = 'idle' AND state_change > $1::timestamptz)::int AS rested
  ${OF_OTHERS}`;
const Open = z.object({ others: z.int(), rested: z.int() });
export const NOW = 'SELECT clock_timestamp()::text AS at';
const Now = z.object({ at: z.string() });

/**
 * Rows of tables that were written since statistics began. Those of a session that has ended are
 * counted; of one that lasts, seconds later (PostgreSQL documentation, Cumulative Statistics). And
 * the files and columns of the tables: TRUNCATE, and what alters a table, count no row. Temporary
 * tables of sessions that a crash ended are dropped by the server itself.
 */
export const WRITTEN = `
  SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text AS rows,
    md5(coalesce(string_agg(
      concat(relid, ' ', pg_relation_filenode(relid), (
        SELECT string_agg(concat_ws(' ', attnum, attname, atttypid, attisdropped, atthasmissing), ';'
          ORDER BY attnum) FROM pg_attribute WHERE attrelid = relid AND attnum > 0
      )), ',' ORDER BY relid), '')) AS files
  FROM pg_stat_user_tables WHERE schemaname <> '${MARKER_SCHEMA}' AND schemaname !~ '^pg_temp'`;
const Written = z.object({ rows: z.string(), files: z.string() });

/** The server waits, and not we. */
export const PAUSE = 'SELECT pg_sleep(0.5)';
const TURNS = 20;
const LAST_LOOK = 4;

/** Ends the sessions of others, and waits ten seconds at the most until they are gone. */
export async function endSessions(old: Side): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { others } = await endOthers(old);
    if (others === 0) return;
    await old.query(z.unknown(), PAUSE);
  }
}

/**
 * Watches whether an old primary stands still from now on. What a session has open is not seen by
 * anybody until it commits, which a fence may not keep it from.
 * @returns asked afterwards: why it may hold more than was compared; empty if it stood still
 */
export async function watchStillness(old: Side): Promise<() => Promise<LeftOut[]>> {
  const now = await readNow(old);
  const { next } = await readRunning(old);
  const before = await readWritten(old);
  return async () => {
    const { others, rested } = await othersLeft(old, now);
    const working =
      others === 0 ? [] : [leftBy('sessions of others', whyOpen(old, others), others)];
    // Whoever writes takes a number: where none was taken, nobody wrote.
    if ((await readRunning(old)).next === next) return working;
    const after = await readWritten(old);
    const rows = Number(BigInt(after.rows) - BigInt(before.rows));
    const isUnknown = rows < 0 || (rows === 0 && rested > 0);
    return [
      ...working,
      ...(rows > 0 ? [leftBy('writes since', whyWritten(old, rows), rows)] : []),
      ...(after.files === before.files ? [] : [leftBy('tables altered', whyRewritten(old), 0)]),
      ...(isUnknown ? [leftBy('writes since', whyUnknown(old), 0)] : []),
    ];
  };
}

/** Sessions that are still at work after two seconds. */
async function othersLeft(old: Side, since: string): Promise<z.infer<typeof Open>> {
  for (let turn = 0; ; turn += 1) {
    const [found] = await old.query(Open, OPEN, [since]);
    if (found === undefined) throw new Error('A count gave no row.');
    if (found.others === 0 || turn === LAST_LOOK) return found;
    await old.query(z.unknown(), PAUSE);
  }
}

const leftBy = (table: string, why: string, rows: number): LeftOut => ({
  ...{ table, why, rows },
  mayGrow: true,
});

const whyOpen = ({ name }: Side, others: number): string =>
  `${countOf(others, 'session')} of others ${others === 1 ? 'is' : 'are'} at work on ${name}, and what ` +
  'they commit later is in no report. End them, and compare again.';

const whyWritten = ({ name }: Side, rows: number): string =>
  `${countOf(rows, 'row')} ${rows === 1 ? 'was' : 'were'} written on ${name} while it was compared: ` +
  'fence it, and compare again.';

const whyUnknown = ({ name }: Side): string =>
  `Transactions ran on ${name} while it was compared, and what they wrote is not counted (yet, or any ` +
  'more): end the sessions of others, and compare again.';

const whyRewritten = ({ name }: Side): string =>
  `Tables of ${name} were emptied, altered, created or dropped while it was compared: fence it, and ` +
  'compare again.';

async function readWritten(old: Side): Promise<z.infer<typeof Written>> {
  const [written] = await old.query(Written, WRITTEN);
  if (written === undefined) throw new Error('A sum gave no row.');
  return written;
}

async function readNow(old: Side): Promise<string> {
  const [now] = await old.query(Now, NOW);
  if (now === undefined) throw new Error('A function gave no row.');
  return now.at;
}
