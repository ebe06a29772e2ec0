import type { Sides } from './side.ts';

/** Gives so many pairs of sessions, or as many as may be; the first is there already. */
export type Lanes = (wanted: number) => Promise<readonly Sides[]>;

/**
 * Lets the ranges of large tables be read in several sessions of each side at once: the way between
 * two Regions takes longer than the reading. Sessions are opened when they are wanted, and closed at
 * the end.
 */
export async function withLanes<T>(
  sides: Sides,
  most: number,
  work: (lanes: Lanes) => Promise<T>,
): Promise<T> {
  const all = [sides];
  let isFull = false;
  const open = async (wanted: number): Promise<readonly Sides[]> => {
    while (!isFull && all.length < Math.min(wanted, most)) {
      // A server that takes no more sessions is compared with those that there are.
      const more = await another(sides).catch(() => undefined);
      if (more === undefined) isFull = true;
      else all.push(more);
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

async function another({ old, writer }: Sides): Promise<Sides> {
  const there = await old.again();
  try {
    return { old: there, writer: await writer.again() };
  } catch (error) {
    await there.close();
    throw error;
  }
}
