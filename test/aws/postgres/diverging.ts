import type pg from 'pg';
import { openSide } from '../../../aws/postgres/side.ts';
import type { Sides } from '../../../aws/postgres/differences.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { inSession } from '../../lab/simulation/postgres-sessions.ts';
import { until } from '../../lab/parts/support.ts';

/** Runs statements on one of a pair, in a session of its own, which tells its counters at its end. */
export async function run(
  pair: RealPair,
  place: 'primary' | 'standby',
  statements: readonly string[],
): Promise<void> {
  const done = await inSession(pair.server(place), async (session: pg.Client) => {
    for (const statement of statements) await session.query(statement);
    return 'done';
  });
  if (done !== 'done') throw new Error(`The ${place} does not answer.`);
}

/** Lets both sides have `base`, then cuts the link, and promotes the standby. */
export async function fork(pair: RealPair, base: readonly string[]): Promise<void> {
  await run(pair, 'primary', base);
  await until('the standby does not catch up', async () => {
    const { missing } = await pair.look();
    return missing?.length === 0;
  });
  await pair.setLink(false);
}

/** Both as the comparison sees them. */
export async function openSides(pair: RealPair): Promise<Sides> {
  const open = async (name: string, place: 'primary' | 'standby') => {
    const { port, password } = pair.server(place);
    const url = `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
    return await openSide(name, url);
  };
  return {
    old: await open('The old primary', 'primary'),
    writer: await open('The writer', 'standby'),
  };
}
