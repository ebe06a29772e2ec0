import { describe, expect, it } from '@jest/globals';
import {
  countSubscriptions,
  distanceTo,
  markPosition,
  readPosition,
  readRunning,
} from '../../../aws/postgres/position.ts';
import type { Side } from '../../../aws/postgres/side.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { until } from '../../lab/parts/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import { read, run } from './diverging.ts';
import { usePairSessions } from './pair-sessions.ts';
import type { Place } from './pair-sessions.ts';

describeOnPostgres('the position of a switchover', () => {
  const { pair, side, both, session } = usePairSessions();
  /** Replay stands still until it is resumed: the log is received all the same. */
  const replay = (verb: 'pause' | 'resume') =>
    run(pair(), 'standby', [`SELECT pg_wal_replay_${verb}()`]);
  const count = async (place: Place): Promise<string> =>
    (await read(pair(), place, 'SELECT count(*)::int AS n FROM writes')).join();
  /** Written where nobody else writes. */
  const mark = async (source: Side): Promise<string> => {
    const found = await markPosition(source);
    if (found === undefined) throw new Error('A transaction runs.');
    return found.lsn;
  };
  const untilReached = (position: string, source: Side, target: Side) =>
    until('the standby does not get there', async () => {
      const distance = await distanceTo(position, source, target);
      return distance.known && distance.bytes <= 0;
    });

  describe('that is written', () => {
    it.each(['on', 'off', 'local'])(
      'is past every commit before it, with synchronous_commit %s',
      async (mode) => {
        const [source, target] = await both();
        await replay('pause');
        const writer = await session();
        await writer.query(`SET synchronous_commit = ${mode}`);
        for (let n = 1; n <= 50; n += 1) await writer.query('INSERT INTO writes VALUES ($1)', [n]);
        const position = await mark(source);
        expect(await distanceTo(position, source, target)).toMatchObject({ known: true });
        expect(await count('standby')).toBe('{"n":0}');
        await replay('resume');
        await untilReached(position, source, target);
        expect(await count('standby')).toBe('{"n":50}');
      },
    );

    it('is of a commit of its own, even where nobody ever wrote anything', async () => {
      const source = await side('primary');
      const before = await readPosition(source);
      expect(await mark(source)).not.toBe(before);
    });

    it('waits for no standby that the source would wait for', async () => {
      const source = await side('primary');
      await run(pair(), 'primary', [
        "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
        'SELECT pg_reload_conf()',
      ]);
      await until('the setting is not taken', async () => {
        const sql = `SELECT current_setting('synchronous_standby_names') AS names`;
        return (await read(pair(), 'primary', sql)).join() === '{"names":"nobody"}';
      });
      expect(await mark(source)).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    });

    it('is not reached while replay stands still, although the log is there', async () => {
      const [source, target] = await both();
      await replay('pause');
      const position = await mark(source);
      await until('the log is not received', async () => {
        const sql = `SELECT pg_last_wal_receive_lsn() >= '${position}' AS v`;
        return (await read(pair(), 'standby', sql)).join() === '{"v":true}';
      });
      const distance = await distanceTo(position, source, target);
      expect(distance).toMatchObject({ known: true, bytes: expect.any(Number) });
      expect(distance.known && distance.bytes > 0).toBe(true);
    });

    it('is followed by the next transaction, unless somebody wrote and went since', async () => {
      const source = await side('primary');
      const before = await markPosition(source);
      expect(String((await readRunning(source)).next)).toBe(before?.next);
      const writer = await session();
      await writer.query('INSERT INTO writes VALUES (1)');
      await writer.end();
      expect(String((await readRunning(source)).next)).not.toBe(before?.next);
    });

    it('is not while a transaction runs that may commit after it', async () => {
      const source = await side('primary');
      const writer = await session();
      await writer.query('BEGIN');
      await writer.query('INSERT INTO writes VALUES (1)');
      await run(pair(), 'primary', ['INSERT INTO writes VALUES (2)']);
      expect(await markPosition(source)).toBeUndefined();
      await writer.query('COMMIT');
      expect(await markPosition(source)).toBeDefined();
    });

    it('is not the last one where the youngest transaction runs yet', async () => {
      const source = await side('primary');
      const writer = await session();
      await writer.query('BEGIN');
      await writer.query('INSERT INTO writes VALUES (1)');
      const before = await markPosition(source);
      await writer.query('COMMIT');
      expect(String((await readRunning(source)).next)).not.toBe(before?.next);
    });

    it('is behind the replica once more was written and replayed', async () => {
      const [source, target] = await both();
      const position = await mark(source);
      await run(pair(), 'primary', ['INSERT INTO writes VALUES (1)']);
      await untilReached(await mark(source), source, target);
      const distance = await distanceTo(position, source, target);
      expect(distance.known && distance.bytes < 0).toBe(true);
    });
  });

  it('counts the subscriptions that are enabled', async () => {
    const source = await side('primary');
    const made = `CREATE SUBSCRIPTION theirs CONNECTION 'dbname=none' PUBLICATION none
      WITH (connect = false, slot_name = NONE, enabled = false)`;
    await run(pair(), 'primary', [made]);
    expect(await countSubscriptions(source)).toBe(0);
    await run(pair(), 'primary', [
      "ALTER SUBSCRIPTION theirs SET (slot_name = 'theirs')",
      'ALTER SUBSCRIPTION theirs ENABLE',
    ]);
    expect(await countSubscriptions(source)).toBe(1);
  });

  describe('of which nothing can be said', () => {
    it('is not known while the link is cut', async () => {
      const [source, target] = await both();
      await pair().setLink(false);
      await until('the replica still receives', async () => {
        const distance = await distanceTo(await mark(source), source, target);
        return !distance.known && distance.reason.includes('receives nothing');
      });
    });

    it('is refused for a target that was promoted', async () => {
      const [source, target] = await both();
      const position = await mark(source);
      await pair().promote();
      await expect(distanceTo(position, source, target)).rejects.toThrow('was it promoted?');
    });

    it('is refused for a source that is a standby, and for a server with itself', async () => {
      const [source, target] = await both();
      await expect(distanceTo('0/1', target, target)).rejects.toThrow('expected the writer');
      await expect(distanceTo('0/1', source, source)).rejects.toThrow('was it promoted?');
      await expect(mark(await side('standby'))).rejects.toThrow('recovery');
    });

    it('is refused for a standby of another cluster', async () => {
      const stranger = await makePairTemplate();
      const theirs = await stranger.open();
      try {
        const { port, password } = theirs.server('standby');
        const url = `postgres://${DATABASE_USER}:${password}@127.0.0.1:${port}/postgres`;
        const [source] = await both();
        const target = await side('standby', 'reads', url);
        await expect(distanceTo('0/1', source, target)).rejects.toThrow('does not follow');
      } finally {
        await theirs.close();
        await stranger.close();
      }
    });
  });
});
