import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  distanceTo,
  endOthers,
  markPosition,
  readPosition,
} from '../../../aws/postgres/position.ts';
import { openSide } from '../../../aws/postgres/side.ts';
import type { Access, Side } from '../../../aws/postgres/side.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { until } from '../../lab/parts/support.ts';
import type { RealPair } from '../../lab/simulation/postgres-pair.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { makePairTemplate } from '../../lab/simulation/postgres-template.ts';
import type { PairTemplate } from '../../lab/simulation/postgres-template.ts';
import { read, run } from './diverging.ts';

type Place = 'primary' | 'standby';

describeOnPostgres('the position of a switchover', () => {
  let template: PairTemplate;
  let pair: RealPair;
  let closing: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    template = await makePairTemplate();
  }, 60_000);
  afterAll(() => template.close());
  beforeEach(async () => {
    pair = await template.open();
  });
  afterEach(async () => {
    // Sessions that were ended have nothing to say any more.
    await Promise.allSettled(closing.map((close) => close()));
    closing = [];
    await pair.close();
  });

  const urlOf = (place: Place, user = DATABASE_USER, database = 'postgres'): string => {
    const { port, password } = pair.server(place);
    return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
  };
  const side = async (place: Place, access: Access = 'writes', url = urlOf(place)) => {
    const opened = await openSide(`The ${place}`, url, access);
    closing.push(() => opened.close());
    return opened;
  };
  /** Somebody else's session, which stays open. */
  const session = async (place: Place = 'primary', url = urlOf(place)): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    closing.push(() => client.end());
    return client;
  };
  const both = async (): Promise<readonly [Side, Side]> => [
    await side('primary'),
    await side('standby', 'reads'),
  ];
  /** Replay stands still until it is resumed: the log is received all the same. */
  const replay = (verb: 'pause' | 'resume') =>
    run(pair, 'standby', [`SELECT pg_wal_replay_${verb}()`]);
  const count = async (place: Place): Promise<string> =>
    (await read(pair, place, 'SELECT count(*)::int AS n FROM writes')).join();
  const untilReached = (position: string, source: Side, target: Side) =>
    until('the standby does not get there', async () => {
      const distance = await distanceTo(position, source, target);
      return distance.known && distance.bytes <= 0;
    });

  describe('while others are there', () => {
    it('ends and counts them, whatever they do, and nobody twice', async () => {
      const source = await side('primary');
      const [idle, busy] = [await session(), await session()];
      await busy.query('BEGIN');
      await busy.query('INSERT INTO writes VALUES (1)');
      expect(await endOthers(source)).toEqual({ others: 2, prepared: 0 });
      await until('they stay', async () => (await endOthers(source)).others === 0);
      await expect(idle.query('SELECT 1')).rejects.toThrow();
      await expect(busy.query('COMMIT')).rejects.toThrow();
      expect(await count('primary')).toBe('{"n":0}');
    });

    it('leaves whoever works with another database', async () => {
      await run(pair, 'primary', ['CREATE DATABASE other']);
      const other = await session('primary', urlOf('primary', DATABASE_USER, 'other'));
      const source = await side('primary');
      await until('others stay', async () => (await endOthers(source)).others === 0);
      expect((await other.query('SELECT 1')).rowCount).toBe(1);
    });

    it('leaves the walsender: the replica goes on', async () => {
      const [source, target] = await both();
      const before = await read(pair, 'primary', 'SELECT pid FROM pg_stat_replication');
      await endOthers(source);
      await untilReached(await markPosition(source), source, target);
      expect(before).toHaveLength(1);
      expect(await read(pair, 'primary', 'SELECT pid FROM pg_stat_replication')).toEqual(before);
    });

    it('leaves and ends no replica that streams a database, but the sessions beside it', async () => {
      const source = await side('primary');
      await session();
      expect((await endOthers(source)).others).toBe(1);
      const sql = 'SELECT state FROM pg_stat_replication';
      expect(await read(pair, 'primary', sql)).toEqual(['{"state":"streaming"}']);
    });

    it('counts what is prepared, in this database only, until it is gone', async () => {
      await run(pair, 'primary', [
        ...["ALTER SYSTEM SET max_prepared_transactions = '5'", 'CREATE DATABASE other'],
      ]);
      await pair.stop('standby');
      await pair.stop('primary');
      await pair.start('primary');
      const other = await session('primary', urlOf('primary', DATABASE_USER, 'other'));
      await other.query("BEGIN; CREATE TABLE t (n int); PREPARE TRANSACTION 'there'");
      await run(pair, 'primary', ["BEGIN; INSERT INTO writes VALUES (7); PREPARE TRANSACTION 'here'"]);
      const source = await side('primary');
      await until('others stay', async () => (await endOthers(source)).others === 0);
      expect(await endOthers(source)).toEqual({ others: 0, prepared: 1 });
      await run(pair, 'primary', ["COMMIT PREPARED 'here'"]);
      await until('it stays', async () => (await endOthers(source)).prepared === 0);
    });
  });

  describe('with a role that may not', () => {
    const role = async (...grants: string[]) => {
      const { password } = pair.server('primary');
      await run(pair, 'primary', [`CREATE ROLE weak LOGIN PASSWORD '${password}'`, ...grants]);
      return await side('primary', 'writes', urlOf('primary', 'weak'));
    };

    it.each<[string, string[]]>([
      ['nothing', []],
      ['see', ['GRANT pg_monitor TO weak']],
      // Its members may end sessions of everybody but of superusers.
      ['end the sessions of superusers', ['GRANT pg_monitor, pg_signal_backend TO weak']],
    ])('do more than: %s, fails and counts no sessions as none', async (_, grants) => {
      const weak = await role(...grants);
      const other = await session();
      await expect(endOthers(weak)).rejects.toThrow(/permission denied|terminate/);
      expect((await other.query('SELECT 1')).rowCount).toBe(1);
    });

    it('fails for a role that is nobody’s member and sees another one like it', async () => {
      const weak = await role();
      const { password } = pair.server('primary');
      await run(pair, 'primary', [`CREATE ROLE third LOGIN PASSWORD '${password}'`]);
      await session('primary', urlOf('primary', 'third'));
      await expect(endOthers(weak)).rejects.toThrow('permission denied');
    });

    it('ends sessions of its own kind with no more than pg_signal_backend', async () => {
      const weak = await role('GRANT pg_signal_backend TO weak');
      await session('primary', urlOf('primary', 'weak'));
      await until('sessions of the setup stay', async () => {
        const rows = await read(pair, 'primary', `SELECT pid FROM pg_stat_activity WHERE usename = '${DATABASE_USER}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`);
        return rows.length === 0;
      });
      expect((await endOthers(weak)).others).toBe(1);
    });
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
        const position = await markPosition(source);
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
      expect(await markPosition(source)).not.toBe(before);
    });

    it('waits for no standby that the source would wait for', async () => {
      const source = await side('primary');
      await run(pair, 'primary', [
        "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
        'SELECT pg_reload_conf()',
      ]);
      await until('the setting is not taken', async () => {
        const sql = `SELECT current_setting('synchronous_standby_names') AS names`;
        return (await read(pair, 'primary', sql)).join() === '{"names":"nobody"}';
      });
      expect(await markPosition(source)).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    });

    it('is not reached while replay stands still, although the log is there', async () => {
      const [source, target] = await both();
      await replay('pause');
      const position = await markPosition(source);
      await until('the log is not received', async () => {
        const sql = `SELECT pg_last_wal_receive_lsn() >= '${position}' AS v`;
        return (await read(pair, 'standby', sql)).join() === '{"v":true}';
      });
      const distance = await distanceTo(position, source, target);
      expect(distance).toMatchObject({ known: true, bytes: expect.any(Number) });
      expect(distance.known && distance.bytes > 0).toBe(true);
    });

    it('is behind the replica once more was written and replayed', async () => {
      const [source, target] = await both();
      const position = await markPosition(source);
      await run(pair, 'primary', ['INSERT INTO writes VALUES (1)']);
      await untilReached(await markPosition(source), source, target);
      const distance = await distanceTo(position, source, target);
      expect(distance.known && distance.bytes < 0).toBe(true);
    });
  });

  describe('of which nothing can be said', () => {
    it('is not known while the link is cut', async () => {
      const [source, target] = await both();
      await pair.setLink(false);
      await until('the replica still receives', async () => {
        const distance = await distanceTo(await markPosition(source), source, target);
        return !distance.known && distance.reason.includes('receives nothing');
      });
    });

    it('is refused for a target that was promoted', async () => {
      const [source, target] = await both();
      const position = await markPosition(source);
      await pair.promote();
      await expect(distanceTo(position, source, target)).rejects.toThrow('was it promoted?');
    });

    it('is refused for a source that is a standby, and for a server with itself', async () => {
      const [source, target] = await both();
      await expect(distanceTo('0/1', target, target)).rejects.toThrow('expected the writer');
      await expect(distanceTo('0/1', source, source)).rejects.toThrow('was it promoted?');
      await expect(markPosition(await side('standby'))).rejects.toThrow('recovery');
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
