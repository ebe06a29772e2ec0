import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parkSlot } from '../../../aws/postgres/keeper.ts';
import { openSide } from '../../../aws/postgres/side.ts';
import { keepCommand } from '../../../cli/keep.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { until } from '../../lab/parts/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { keep, limitSlots, read, run } from './diverging.ts';

const SLOT = `SELECT confirmed_flush_lsn::text AS lsn FROM pg_replication_slots`;
const WATCHED = `SELECT tablename AS t FROM pg_publication_tables ORDER BY 1`;

describeOnPostgres('keeping a slot', () => {
  let template: PairTemplate;
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());

  async function withPair(work: (pair: RealPair) => Promise<void>): Promise<void> {
    const pair = await template.open();
    try {
      await work(pair);
    } finally {
      await pair.close();
    }
  }
  const urlOf = (pair: RealPair, place: 'primary' | 'standby', user = DATABASE_USER): string => {
    const { port, password } = pair.server(place);
    return `postgres://${user}:${password}@127.0.0.1:${port}/postgres`;
  };
  async function command(pair: RealPair): Promise<{ code: number; out: string }> {
    const lines: string[] = [];
    const out = (line: string): void => void lines.push(line);
    const urls = ['--primary', urlOf(pair, 'primary'), '--standby', urlOf(pair, 'standby')];
    const ask = async (): Promise<undefined> => {
      await Promise.resolve();
      return undefined;
    };
    const code = await keepCommand(urls, { out, err: out, isTerminal: false, ask });
    return { code, out: lines.join('\n') };
  }

  it('refuses a primary where a slot may fill the disk, or keeps nothing, and leaves no trace', async () => {
    await withPair(async (pair) => {
      await expect(keep(pair)).rejects.toThrow('max_slot_wal_keep_size -1');
      await limitSlots(pair);
      await run(pair, 'primary', [`ALTER SYSTEM SET wal_level = replica`]);
      await pair.stop('primary');
      await pair.start('primary');
      await expect(keep(pair)).rejects.toThrow('wal_level replica; expected logical');
      expect(await read(pair, 'primary', SLOT)).toEqual([]);
      expect(await read(pair, 'primary', WATCHED)).toEqual([]);
    });
  }, 60_000);

  it('refuses a role that may not, and a slot of somebody else', async () => {
    await withPair(async (pair) => {
      await limitSlots(pair);
      const { password } = pair.server('primary');
      await run(pair, 'primary', [`CREATE ROLE clerk LOGIN PASSWORD '${password}'`]);
      const clerk = await openSide('The primary', urlOf(pair, 'primary', 'clerk'), 'writes');
      await expect(parkSlot(clerk, undefined)).rejects.toThrow(
        'The primary does not let this role keep a slot: permission denied',
      );
      await clerk.close();
      await run(pair, 'primary', [
        `SELECT pg_create_logical_replication_slot('region_failover', 'test_decoding')`,
      ]);
      await expect(keep(pair)).rejects.toThrow('with the plugin test_decoding');
    });
  }, 60_000);

  it('never moves the slot once the standby was promoted, or follows nobody', async () => {
    await withPair(async (pair) => {
      await limitSlots(pair);
      await keep(pair);
      await pair.setLink(false);
      const before = await read(pair, 'primary', SLOT);
      await run(pair, 'primary', ['INSERT INTO writes VALUES (1)']);
      await until('the standby does not notice', async () =>
        (await command(pair)).out.includes('receives nothing'),
      );
      expect(await read(pair, 'primary', SLOT)).toEqual(before);
      await pair.promote();
      await expect(keep(pair)).rejects.toThrow('was it promoted?');
      expect(await read(pair, 'primary', SLOT)).toEqual(before);
    });
  }, 60_000);

  it('watches what it can: no update of the service fails for it', async () => {
    await withPair(async (pair) => {
      await limitSlots(pair);
      await run(pair, 'primary', [
        ...['CREATE TABLE notes (text text)', `INSERT INTO notes VALUES ('a')`],
        'CREATE TABLE late (id int PRIMARY KEY DEFERRABLE)',
        ...['CREATE TABLE quiet (id int PRIMARY KEY)', 'INSERT INTO quiet VALUES (1)'],
        'ALTER TABLE quiet REPLICA IDENTITY NOTHING',
        ...['CREATE TABLE whole (text text)', 'ALTER TABLE whole REPLICA IDENTITY FULL'],
      ]);
      const { unwatched, outcome } = await keep(pair);
      expect(outcome).toBe('parked');
      expect(unwatched.map(({ name }) => name)).toEqual(['late', 'notes', 'quiet']);
      await run(pair, 'primary', [`UPDATE notes SET text = 'b'`, 'DELETE FROM quiet']);
      await run(pair, 'primary', [
        ...[
          'ALTER TABLE quiet REPLICA IDENTITY DEFAULT',
          'CREATE TABLE fresh (id int PRIMARY KEY)',
        ],
        'ALTER TABLE whole REPLICA IDENTITY DEFAULT',
      ]);
      await keep(pair);
      expect(await read(pair, 'primary', WATCHED)).toEqual(
        ['fresh', 'quiet', 'writes'].map((name) => `{"t":"${name}"}`),
      );
      await run(pair, 'primary', [`UPDATE whole SET text = 'b'`]);
    });
  }, 60_000);

  it('advances to what the standby replayed, no further, and says what is held', async () => {
    await withPair(async (pair) => {
      await limitSlots(pair);
      expect(await command(pair)).toMatchObject({ code: 0 });
      await run(pair, 'primary', ['INSERT INTO writes VALUES (1)']);
      await pair.look();
      const replayed = await read(pair, 'standby', 'SELECT pg_last_wal_replay_lsn()::text AS lsn');
      expect((await keep(pair)).outcome).toBe('advanced');
      const [moved] = await read(pair, 'primary', SLOT);
      expect([...replayed, moved].toSorted().at(-1)).toBe(moved);
      const primary = await openSide('The primary', urlOf(pair, 'primary'), 'writes');
      const before = await read(pair, 'primary', SLOT);
      expect(await parkSlot(primary, '0/1')).toMatchObject({ outcome: 'left' });
      expect(await read(pair, 'primary', SLOT)).toEqual(before);
      await primary.close();
    });
  }, 60_000);

  it('fails with words when more than half is held, and when the slot is lost', async () => {
    await withPair(async (pair) => {
      await limitSlots(pair, 4);
      await run(pair, 'primary', [
        ...[`ALTER SYSTEM SET wal_keep_size = 0`, 'SELECT pg_reload_conf()'],
      ]);
      await keep(pair);
      await pair.setLink(false);
      const fill = `SELECT pg_logical_emit_message(false, 'x', repeat('x', 900000))`;
      await run(pair, 'primary', [fill, fill, fill]);
      const half = await command(pair);
      expect(half.code).toBe(1);
      expect(half.out).toContain('More than half of what the slot may hold is held.');
      await run(pair, 'primary', [...Array.from({ length: 6 }, () => fill), 'CHECKPOINT']);
      const lost = await command(pair);
      expect(lost.code).toBe(1);
      expect(lost.out).toContain('The slot is lost');
    });
  }, 60_000);
});
