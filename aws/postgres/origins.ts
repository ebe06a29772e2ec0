import * as z from 'zod';
import type { Origin } from '../../core/reconcile/row-class.ts';
import type { Difference, Sides } from './differences.ts';
import type { Side } from './side.ts';

const Stamp = z.object({ at: z.string().nullable(), isForgotten: z.boolean() });
type Stamp = z.infer<typeof Stamp>;

/**
 * Tells on which side of the fork a transaction was. A standby replays the commits of its primary
 * with their times, to the microsecond: a transaction that both sides know with the same time was
 * there before the fork, and one with another time or none on the other side came after it.
 * After a fork both sides give the same numbers to different transactions, so that the number alone
 * says nothing. Needs `track_commit_timestamp` on both sides since before the fork.
 */
export interface Origins {
  of(difference: Difference): Promise<{ readonly old: Origin; readonly writer: Origin }>;
}

const Setting = z.object({ value: z.string() });

/** Whether both sides keep the times of commits, or a sentence that says which one does not. */
export async function whyNoOrigins({ old, writer }: Sides): Promise<string | undefined> {
  for (const side of [old, writer]) {
    const sql = `SELECT current_setting('track_commit_timestamp') AS value`;
    const [row] = await side.query(Setting, sql);
    if (row?.value !== 'on')
      return `${side.name} does not keep the times of commits (track_commit_timestamp is ${row?.value ?? 'unknown'}).`;
  }
  return undefined;
}

/** Asks both sides once for each transaction. */
export function createOrigins(sides: Sides, isKnown: boolean): Origins {
  const there = createStamps(sides.old);
  const here = createStamps(sides.writer);
  const originOf = async (xid: string | undefined, own: Stamps, other: Stamps): Promise<Origin> => {
    if (xid === undefined) return 'absent';
    if (!isKnown) return 'unknown';
    const [mine, theirs] = await Promise.all([own(xid), other(xid)]);
    // What a side has forgotten (vacuum does that to old times), it may have had or not.
    if (mine.at === null || (theirs.at === null && theirs.isForgotten)) return 'unknown';
    return mine.at === theirs.at ? 'shared' : 'own';
  };
  return {
    async of({ old, writer }) {
      return {
        old: await originOf(old?.xid, there, here),
        writer: await originOf(writer?.xid, here, there),
      };
    },
  };
}

type Stamps = (xid: string) => Promise<Stamp>;

function createStamps(side: Side): Stamps {
  const known = new Map<string, Promise<Stamp>>();
  const ask = async (xid: string): Promise<Stamp> => {
    const sql = `
      SELECT pg_xact_commit_timestamp($1::text::xid)::text AS at,
        age($1::text::xid) > age(oldest_commit_ts_xid) AS "isForgotten"
      FROM pg_control_checkpoint()`;
    const [stamp] = await side.query(Stamp, sql, [xid]);
    if (stamp === undefined) throw new Error('A function gave no row.');
    return stamp;
  };
  return (xid) => {
    const found = known.get(xid) ?? ask(xid);
    known.set(xid, found);
    return found;
  };
}
