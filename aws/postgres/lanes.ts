import pg from 'pg';
import { countOf } from '../../core/text.ts';
import type { Sides } from './side.ts';

/** Gives so many pairs of sessions, or as many as may be; the first is there already. */
export type Lanes = (wanted: number) => Promise<readonly Sides[]>;

/** How many sessions of each side may be open, and who is told that there are fewer. */
export interface LaneOptions {
  readonly parallel: number;
  readonly tell: (words: string) => void;
}

/** SQLSTATE too_many_connections: of the server, the database or the role. */
const TOO_MANY = '53300';

/**
 * Lets the ranges of large tables be read in several sessions of each side at once: the way between
 * two Regions takes longer than the reading. Sessions are opened when they are wanted, and closed at
 * the end.
 */
export async function withLanes<T>(
  sides: Sides,
  { parallel, tell }: LaneOptions,
  work: (lanes: Lanes) => Promise<T>,
): Promise<T> {
  const all = [sides];
  let isFull = false;
  const open = async (wanted: number): Promise<readonly Sides[]> => {
    while (!isFull && all.length < Math.min(wanted, parallel)) {
      try {
        all.push(await another(sides));
      } catch (error) {
        // A server that takes no more is compared with the sessions that there are: it takes longer.
        if (!isTooMany(error)) throw error;
        isFull = true;
        tell(
          `Tables are compared in ${countOf(all.length, 'session')} of each side instead of up ` +
            `to ${parallel}: ${error.message}.`,
        );
      }
    }
    return all.slice(0, Math.max(1, wanted));
  };
  try {
    return await work(open);
  } finally {
    const others = all.slice(1).flatMap(({ old, writer }) => [old.close(), writer.close()]);
    await Promise.allSettled(others);
  }
}

const isTooMany = (error: unknown): error is Error =>
  error instanceof Error &&
  error.cause instanceof pg.DatabaseError &&
  error.cause.code === TOO_MANY;

async function another({ old, writer }: Sides): Promise<Sides> {
  const there = await old.again();
  try {
    return { old: there, writer: await writer.again() };
  } catch (error) {
    await there.close().catch(() => undefined);
    throw error;
  }
}
