import * as z from 'zod';
import { openSide } from '../aws/postgres/side.ts';
import type { Side } from '../aws/postgres/side.ts';

/** As many rows are fetched together. */
const PAGE = 10_000;

const Row = z.object({ key: z.string(), text: z.string() });
type Row = z.infer<typeof Row>;

/**
 * How two copies are compared without any of this: both tables fetched in the order of their keys,
 * and merged. How many rows differ.
 */
export async function comparePlainly(urls: { old: string; writer: string }): Promise<number> {
  const old = await openSide('The old primary', urls.old);
  const writer = await openSide('The writer', urls.writer);
  try {
    const sides = [pagesOf(old), pagesOf(writer)] as const;
    let differing = 0;
    let [there, here] = await Promise.all([sides[0].next(), sides[1].next()]);
    while (there.done !== true && here.done !== true) {
      differing += merge(there.value, here.value);
      [there, here] = await Promise.all([sides[0].next(), sides[1].next()]);
    }
    return differing;
  } finally {
    await Promise.all([old.close(), writer.close()]);
  }
}

/** Both tables of the bench have the same keys. */
function merge(there: readonly Row[], here: readonly Row[]): number {
  if (there.length !== here.length) throw new Error('The tables of the bench have other keys.');
  return there.filter((row, at) => row.text !== here[at]?.text).length;
}

async function* pagesOf(side: Side): AsyncGenerator<readonly Row[]> {
  const sql = `
    SELECT id::text AS key, orders::text AS text FROM orders
    WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
  for (let last = '0'; ;) {
    const rows = await side.query(Row, sql, [last]);
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows;
    last = end.key;
  }
}
