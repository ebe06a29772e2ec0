import { compareDatabases } from '../../../aws/mysql/compare.ts';
import { withSides } from '../../../aws/mysql/side.ts';
import type { Comparison, MysqlOrigin } from '../../../core/reconcile/comparison.ts';
import { keyWords } from '../../../core/reconcile/comparison.ts';
import { openSandbox } from '../../../lab/parts/sandbox.ts';
import { startMariadb } from './mariadb-server.ts';
import type { Server } from './mariadb-server.ts';

/** A primary and its replica, to be parted again and again. */
export interface Pair {
  readonly old: Server;
  readonly writer: Server;
  /**
   * Begins anew: both have the databases `shop`, with what `base` does in it, as one replicated it
   * from the other. Then the replica is promoted, and both go on by themselves.
   */
  fork(base: readonly string[]): Promise<void>;
  /** Compares both as they are. */
  compare(): Promise<Comparison<MysqlOrigin>>;
  /** The same with a role that may read the tables, and not the log. */
  compareRowsOnly(): Promise<Comparison<MysqlOrigin>>;
  close(): Promise<void>;
}

export const DATABASE = 'shop';

/** What stays the same on both sides: without a row in common they would not be of one origin. */
const COMMON = ['CREATE TABLE kept (id int PRIMARY KEY)', 'INSERT INTO kept VALUES (1)'];

/** Starts two servers. */
export async function openPair(): Promise<Pair> {
  const sandbox = await openSandbox();
  try {
    const [old, writer] = await Promise.all([startMariadb(sandbox, 1), startMariadb(sandbox, 2)]);
    const reader = [
      'SET sql_log_bin = 0',
      'CREATE USER rows_only@localhost',
      'GRANT SELECT ON *.* TO rows_only@localhost',
    ];
    await Promise.all([old.run(reader), writer.run(reader)]);
    const compareAs = (user: string) =>
      withSides(
        { old: old.url(DATABASE, user), writer: writer.url(DATABASE, user) },
        compareDatabases,
      );
    return {
      ...{ old, writer },
      fork: (base) => fork(old, writer, base),
      compare: () => compareAs('root'),
      compareRowsOnly: () => compareAs('rows_only'),
      close: () => sandbox.close(),
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

async function fork(old: Server, writer: Server, base: readonly string[]): Promise<void> {
  const empty = [`DROP DATABASE IF EXISTS ${DATABASE}`, 'RESET MASTER'];
  await writer.run(['SET sql_log_bin = 0', ...empty, `SET GLOBAL gtid_slave_pos = ''`]);
  await old.run(['SET sql_log_bin = 0', ...empty]);
  await old.run([`CREATE DATABASE ${DATABASE} CHARACTER SET utf8mb4`]);
  await old.run([...COMMON, ...base], DATABASE);
  const [row = '[""]'] = await old.read('SELECT @@GLOBAL.gtid_binlog_pos');
  const position = /"(.*)"/.exec(row)?.[1] ?? '';
  await writer.run([
    `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${old.port}, MASTER_USER = 'root',
      MASTER_USE_GTID = slave_pos`,
    'START SLAVE',
  ]);
  const [reached = ''] = await writer.read(`SELECT MASTER_GTID_WAIT('${position}', 50)`);
  if (reached !== '[0]') {
    const status = await writer.read('SHOW SLAVE STATUS');
    throw new Error(`The replica does not catch up: ${status.join()}`);
  }
  await writer.run(['STOP SLAVE', 'RESET SLAVE ALL']);
  // What sent the log to the replica does not notice that nobody listens, and holds its files.
  const senders = await old.read(
    `SELECT CAST(id AS CHAR) FROM information_schema.PROCESSLIST WHERE COMMAND = 'Binlog Dump'`,
  );
  await old.run(senders.map((id) => `KILL ${/\d+/.exec(id)?.[0] ?? ''}`));
}

/** Each row that needs somebody: its table, key and class. */
export const found = ({ rows }: Comparison<MysqlOrigin>): string[] =>
  rows.map((row) => `${row.name} ${keyWords(row)} ${row.class}`).toSorted();
