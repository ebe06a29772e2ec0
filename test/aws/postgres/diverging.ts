import type pg from 'pg';
import * as z from 'zod';
import type { Settled } from '../../../core/reconcile/settled.ts';
import { applyUnits } from '../../../aws/postgres/apply.ts';
import { compareDatabases } from '../../../aws/postgres/compare.ts';
import { parkSlot } from '../../../aws/postgres/keeper.ts';
import type { Parked } from '../../../aws/postgres/keeper.ts';
import { readReplayed } from '../../../aws/postgres/replayed.ts';
import { openSide } from '../../../aws/postgres/side.ts';
import type { Side, Sides } from '../../../aws/postgres/side.ts';
import type { Approval } from '../../../core/reconcile/approved.ts';
import type { Comparison } from '../../../core/reconcile/comparison.ts';
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

/** A limit for what the slot may hold, without which there is none. */
export async function limitSlots(pair: RealPair, megabytes = 64): Promise<void> {
  await run(pair, 'primary', [
    `ALTER SYSTEM SET max_slot_wal_keep_size = '${megabytes}MB'`,
    'SELECT pg_reload_conf()',
  ]);
  await until('the primary does not take its limit', async () => {
    const rows = await read(
      pair,
      'primary',
      `SELECT current_setting('max_slot_wal_keep_size') AS v`,
    );
    return rows.join() === `{"v":"${megabytes}MB"}`;
  });
}

/** Keeps the slot once, as `failover keep` does. */
export async function keep(pair: RealPair): Promise<Parked> {
  const [primary, standby] = await openBoth(pair);
  try {
    const replayed = await readReplayed(primary, standby);
    return await parkSlot(primary, replayed.known ? replayed.lsn : undefined);
  } finally {
    await Promise.all([primary.close(), standby.close()]);
  }
}

async function openBoth(pair: RealPair): Promise<readonly [Side, Side]> {
  const urlOf = (place: 'primary' | 'standby'): string => {
    const { port, password } = pair.server(place);
    return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
  };
  return [
    await openSide('The primary', urlOf('primary'), 'writes'),
    await openSide('The standby', urlOf('standby')),
  ];
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

/** What a new session on the writer can read and write; `database` is a copy of `postgres`. */
export async function openWriter(pair: RealPair, database = 'postgres'): Promise<Side> {
  const { port, password } = pair.server('standby');
  const url = `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
  return await openSide('The writer', url, 'writes');
}

/** For what nobody should be told here. */
export const unexpected = (words: string): never => {
  throw new Error(words);
};

/** Compares both sides of a pair. */
export async function compare(pair: RealPair, parallel = 4): Promise<Comparison> {
  const sides = await openSides(pair);
  try {
    return await compareDatabases(sides, { parallel, tell: unexpected });
  } finally {
    await Promise.all([sides.old.close(), sides.writer.close()]);
  }
}

/** An approval of these classes, and of what else is told. */
export const approve = (items: readonly string[], more: Partial<Approval> = {}): Approval => ({
  ...{ items, rows: [], renumber: [], leave: [], by: 'Ada' },
  ...more,
});

/** Applies what is approved, and closes the session. */
export async function apply(
  pair: RealPair,
  comparison: Comparison,
  items: readonly string[],
  more: Partial<Approval> = {},
): Promise<Settled[]> {
  const writer = await openWriter(pair);
  try {
    const settled: Settled[] = [];
    for await (const each of applyUnits(writer, comparison, approve(items, more)))
      settled.push(each);
    return settled;
  } finally {
    await writer.close();
  }
}

/** What a query gives on one of a pair, each row as JSON. */
export async function read(
  pair: RealPair,
  place: 'primary' | 'standby',
  sql: string,
): Promise<readonly string[]> {
  const rows = await inSession(pair.server(place), async (session) => {
    const result = await session.query(`SELECT to_json(q)::text AS row FROM (${sql}) AS q`);
    return z.array(z.object({ row: z.string() })).parse(result.rows);
  });
  if (rows === 'stopped') throw new Error(`The ${place} does not answer.`);
  return rows.map(({ row }) => row);
}
