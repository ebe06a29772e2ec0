import * as z from 'zod';
import type { LeftOut } from '../../core/reconcile/comparison.ts';
import { countOf } from '../../core/text.ts';
import { OF_OTHERS, endOthers } from './position.ts';
import type { Side } from './side.ts';

/** Sessions of others that are at work: each may hold a transaction that commits later. */
export const OPEN = `SELECT count(*)::int AS others ${OF_OTHERS} AND state IS DISTINCT FROM 'idle'`;
const Open = z.object({ others: z.int() });

/**
 * Rows of tables that were written since statistics began. Those of a session that has ended are
 * counted; of one that lasts, a second later (PostgreSQL documentation, Cumulative Statistics).
 */
export const WRITTEN = `
  SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text AS rows
  FROM pg_stat_user_tables WHERE schemaname <> 'region_failover'`;
const Written = z.object({ rows: z.string() });

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
  const before = await rowsWritten(old);
  return async () => {
    const others = await othersLeft(old);
    const rows = Number((await rowsWritten(old)) - before);
    return [
      ...(others === 0 ? [] : [leftBy('sessions of others', whyOpen(old, others), others)]),
      ...(rows <= 0 ? [] : [leftBy('writes since', whyWritten(old, rows), rows)]),
    ];
  };
}

/** Sessions that are still at work after two seconds. */
async function othersLeft(old: Side): Promise<number> {
  for (let turn = 0; ; turn += 1) {
    const [found] = await old.query(Open, OPEN);
    if (found === undefined) throw new Error('A count gave no row.');
    if (found.others === 0 || turn === LAST_LOOK) return found.others;
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

async function rowsWritten(old: Side): Promise<bigint> {
  const [written] = await old.query(Written, WRITTEN);
  if (written === undefined) throw new Error('A sum gave no row.');
  return BigInt(written.rows);
}
