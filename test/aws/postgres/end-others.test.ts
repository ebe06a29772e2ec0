import { describe, expect, it } from '@jest/globals';
import { distanceTo, endOthers, markPosition } from '../../../aws/postgres/position.ts';
import { DATABASE_USER } from '../../../lab/parts/postgres-cluster.ts';
import { until } from '../../lab/parts/support.ts';
import { describeOnPostgres } from '../../lab/simulation/postgres-present.ts';
import { read, run } from './diverging.ts';
import { usePairSessions } from './pair-sessions.ts';

describeOnPostgres('sessions of others', () => {
  const { pair, urlOf, side, both, session } = usePairSessions();
  const count = async (): Promise<string> =>
    (await read(pair(), 'primary', 'SELECT count(*)::int AS n FROM writes')).join();

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
      expect(await count()).toBe('{"n":0}');
    });

    it('leaves whoever works with another database', async () => {
      await run(pair(), 'primary', ['CREATE DATABASE other']);
      const other = await session('primary', urlOf('primary', DATABASE_USER, 'other'));
      const source = await side('primary');
      await until('others stay', async () => (await endOthers(source)).others === 0);
      expect((await other.query('SELECT 1')).rowCount).toBe(1);
    });

    it('leaves the walsender: the replica goes on', async () => {
      const [source, target] = await both();
      const before = await read(pair(), 'primary', 'SELECT pid FROM pg_stat_replication');
      await endOthers(source);
      const position = (await markPosition(source))?.lsn ?? '';
      await until('the replica stands still', async () => {
        const distance = await distanceTo(position, source, target);
        return distance.known && distance.bytes <= 0;
      });
      expect(before).toHaveLength(1);
      expect(await read(pair(), 'primary', 'SELECT pid FROM pg_stat_replication')).toEqual(before);
    });

    it('leaves and ends no replica that streams a database, but the sessions beside it', async () => {
      const source = await side('primary');
      await session();
      expect((await endOthers(source)).others).toBe(1);
      const sql = 'SELECT state FROM pg_stat_replication';
      expect(await read(pair(), 'primary', sql)).toEqual(['{"state":"streaming"}']);
    });

    it('counts what is prepared, in this database only, until it is gone', async () => {
      await run(pair(), 'primary', [
        ...["ALTER SYSTEM SET max_prepared_transactions = '5'", 'CREATE DATABASE other'],
      ]);
      await pair().stop('standby');
      await pair().stop('primary');
      await pair().start('primary');
      const other = await session('primary', urlOf('primary', DATABASE_USER, 'other'));
      await other.query("BEGIN; CREATE TABLE t (n int); PREPARE TRANSACTION 'there'");
      await run(pair(), 'primary', [
        "BEGIN; INSERT INTO writes VALUES (7); PREPARE TRANSACTION 'here'",
      ]);
      const source = await side('primary');
      await until('others stay', async () => (await endOthers(source)).others === 0);
      expect(await endOthers(source)).toEqual({ others: 0, prepared: 1 });
      await run(pair(), 'primary', ["COMMIT PREPARED 'here'"]);
      await until('it stays', async () => (await endOthers(source)).prepared === 0);
    });
  });

  describe('with a role that may not', () => {
    const role = async (...grants: string[]) => {
      const { password } = pair().server('primary');
      await run(pair(), 'primary', [`CREATE ROLE weak LOGIN PASSWORD '${password}'`, ...grants]);
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
      const { password } = pair().server('primary');
      await run(pair(), 'primary', [`CREATE ROLE third LOGIN PASSWORD '${password}'`]);
      await session('primary', urlOf('primary', 'third'));
      await expect(endOthers(weak)).rejects.toThrow('permission denied');
    });

    it('ends sessions of its own kind with no more than pg_signal_backend', async () => {
      const weak = await role('GRANT pg_signal_backend TO weak');
      await session('primary', urlOf('primary', 'weak'));
      await until('sessions of the setup stay', async () => {
        const rows = await read(
          pair(),
          'primary',
          `SELECT pid FROM pg_stat_activity WHERE usename = '${DATABASE_USER}' AND backend_type = 'client backend' AND pid <> pg_backend_pid()`,
        );
        return rows.length === 0;
      });
      expect((await endOthers(weak)).others).toBe(1);
    });
  });
});
