import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { compareDatabases } from '../../../aws/mysql/compare.ts';
import { openSide, withSides } from '../../../aws/mysql/side.ts';
import { describeOnMariadb } from './mariadb-present.ts';
import { DATABASE, openPair } from './pair.ts';
import type { Pair } from './pair.ts';

describeOnMariadb('two databases of MariaDB', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await openPair();
    await pair.fork(['CREATE TABLE items (id int PRIMARY KEY, value text)']);
  }, 60_000);
  afterAll(() => pair.close());

  const compare = (old: string, writer: string) => withSides({ old, writer }, compareDatabases);

  it('are refused if they are one server, whatever it is called', async () => {
    const [one, other] = [
      pair.old.url(DATABASE),
      pair.old.url(DATABASE).replace('mysql', 'mariadb'),
    ];
    await expect(compare(one, other)).rejects.toThrow('Both addresses lead to the same server.');
  });

  it('are refused if they are two databases', async () => {
    await pair.writer.run(['CREATE DATABASE other']);
    await expect(compare(pair.old.url(DATABASE), pair.writer.url('other'))).rejects.toThrow(
      'Found the databases shop and other; expected the same one on both sides.',
    );
  });

  it('are refused if the writer takes no writes, as a replica does', async () => {
    await pair.writer.run(['SET GLOBAL read_only = 1']);
    await expect(pair.compare()).rejects.toThrow('The writer is read only: is it a replica?');
    await pair.writer.run(['SET GLOBAL read_only = 0']);
  });

  it('are refused while one follows another server', async () => {
    await pair.writer.run([
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${pair.old.port},
        MASTER_USER = 'root', MASTER_USE_GTID = slave_pos`,
      'START SLAVE',
    ]);
    await expect(pair.compare()).rejects.toThrow('The writer replicates from another server');
    await pair.writer.run(['STOP SLAVE', 'RESET SLAVE ALL']);
  });

  it('are refused if not one row is the same on both sides', async () => {
    await pair.writer.run(['DELETE FROM kept', `INSERT INTO items VALUES (1, 'a')`], DATABASE);
    await pair.old.run([`INSERT INTO items VALUES (1, 'b')`], DATABASE);
    await expect(pair.compare()).rejects.toThrow('the databases are not of one origin');
    await pair.writer.run(['INSERT INTO kept VALUES (1)'], DATABASE);
    await expect(pair.compare()).resolves.toMatchObject({ origin: { engine: 'MariaDB' } });
  });

  it('are refused if nobody answers, or the role may not come in', async () => {
    await expect(compare('mysql://a@127.0.0.1:1/b', pair.writer.url(DATABASE))).rejects.toThrow(
      'The old primary cannot be asked',
    );
    await expect(openSide('The writer', pair.writer.url(DATABASE, 'nobody:x'))).rejects.toThrow(
      'The writer cannot be asked: Access denied',
    );
  });

  it('cannot be written to by a session of ours', async () => {
    const side = await openSide('The writer', pair.writer.url(DATABASE));
    try {
      const write = side.query(z.unknown(), 'INSERT INTO items VALUES (7, NULL)');
      await expect(write).rejects.toThrow('READ ONLY transaction');
      const create = side.query(z.unknown(), 'CREATE TABLE more (id int)');
      await expect(create).rejects.toThrow('READ ONLY transaction');
    } finally {
      await side.close();
    }
  });

  it('are read as they were when their sessions began', async () => {
    const side = await openSide('The writer', pair.writer.url(DATABASE));
    try {
      const Count = z.object({ count: z.number() });
      const sql = 'SELECT COUNT(*) AS count FROM items';
      const before = await side.query(Count, sql);
      await pair.writer.run([`INSERT INTO items VALUES (8, 'later')`], DATABASE);
      expect(await side.query(Count, sql)).toEqual(before);
    } finally {
      await side.close();
    }
  });
});
