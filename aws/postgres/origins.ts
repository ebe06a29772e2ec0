import * as z from 'zod';
import type { Origin } from '../../core/reconcile/row-class.ts';
import type { Origins } from '../reconcile/origins.ts';
import type { RowPrint } from './ranges.ts';
import type { Side, Sides } from './side.ts';

const Stamp = z.object({ at: z.string().nullable(), isForgotten: z.boolean() });
type Stamp = z.infer<typeof Stamp>;
const Answer = Stamp.extend({ xid: z.string() });

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

/**
 * Tells on which side of the fork a transaction was; asks both sides once for each. A standby
 * replays the commits of its primary with their times, to the microsecond: a transaction that both
 * sides know with the same time was there before the fork, and one with another time or none on the
 * other side came after it.
 * After a fork both sides give the same numbers to different transactions, so that the number alone
 * says nothing. Needs `track_commit_timestamp` on both sides since before the fork.
 */
export function createOrigins(sides: Sides, isKnown: boolean): Origins<RowPrint> {
  const there = new Map<string, Stamp>();
  const here = new Map<string, Stamp>();
  const originOf = (xid: string | undefined, own: Stamps, other: Stamps): Origin => {
    if (xid === undefined) return 'absent';
    if (!isKnown) return 'unknown';
    const [mine, theirs] = [own.get(xid), other.get(xid)];
    if (mine === undefined || theirs === undefined) throw new Error(`Nobody asked about ${xid}.`);
    // What a side has forgotten (vacuum does that to old times), it may have had or not.
    if (mine.at === null || (theirs.at === null && theirs.isForgotten)) return 'unknown';
    return mine.at === theirs.at ? 'shared' : 'own';
  };
  return {
    async learn(differences) {
      if (!isKnown) return;
      const all = differences.flatMap(({ old, writer }) =>
        [old?.xid ?? [], writer?.xid ?? []].flat(),
      );
      const wanted = [...new Set(all)].filter((xid) => !there.has(xid));
      await Promise.all([ask(sides.old, wanted, there), ask(sides.writer, wanted, here)]);
    },
    of({ old, writer }) {
      const origin = originOf(old?.xid, there, here);
      const at = origin === 'own' && old !== undefined ? there.get(old.xid)?.at : undefined;
      return {
        old: origin,
        writer: originOf(writer?.xid, here, there),
        transaction: old === undefined || !at ? null : { xid: old.xid, committedAt: at },
      };
    },
  };
}

/** When transactions were committed, by number. */
export type Stamps = Map<string, Stamp>;

/** Asks a side about transactions; one that it does not know has no time. */
export async function ask(side: Side, xids: readonly string[], stamps: Stamps): Promise<void> {
  if (xids.length === 0) return;
  const sql = `
    SELECT xid, to_char(pg_xact_commit_timestamp(xid::xid), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at,
      oldest_commit_ts_xid::text = '0' OR age(xid::xid) >= age(oldest_commit_ts_xid)
        AS "isForgotten"
    FROM unnest($1::text[]) AS xid, pg_control_checkpoint()`;
  for (const { xid, ...stamp } of await side.query(Answer, sql, [xids])) stamps.set(xid, stamp);
}
