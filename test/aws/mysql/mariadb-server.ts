import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { freePort } from '../../../lab/parts/ports.ts';
import type { Sandbox } from '../../../lab/parts/sandbox.ts';
import { until } from '../../lab/parts/support.ts';
import { findMariadb } from './mariadb-present.ts';

/** A real MariaDB of its own, in the sandbox. */
export interface Server {
  readonly port: number;
  /** The address of a database on it, for root, who has no password. */
  url(database: string, user?: string): string;
  /** Runs statements in a session of their own; with a database, if it is named. */
  run(statements: readonly string[], database?: string): Promise<void>;
  /** The rows of a query, each as its values in one text. */
  read(sql: string, database?: string): Promise<readonly string[]>;
}

const LEAN = [
  ...['--skip-networking=0', '--bind-address=127.0.0.1', '--skip-slave-start'],
  ...['--innodb-buffer-pool-size=64M', '--innodb-log-file-size=32M', '--performance-schema=OFF'],
  ...['--innodb-flush-log-at-trx-commit=0', '--sync-binlog=0', '--innodb-flush-method=nosync'],
  ...['--log-bin=bin', '--log-slave-updates=ON', '--binlog-format=ROW', '--max-connections=20'],
];

/** Root may not run a server: it runs as nobody, whose folder it gets. */
const asWhom = (): string[] => (process.getuid?.() === 0 ? ['--user=nobody'] : []);

/** Starts a server with a new folder; the sandbox ends it. */
export async function startMariadb(
  sandbox: Sandbox,
  serverId: number,
  options: readonly string[] = [],
): Promise<Server> {
  const programs = findMariadb(process.env);
  if (programs === undefined) throw new Error('There is no MariaDB.');
  const name = `mariadb-${serverId}`;
  const folder = join(sandbox.folder, name);
  // A server that starts removes the temporary tables of every other one that it finds.
  const temporary = join(sandbox.folder, `${name}-tmp`);
  await mkdir(temporary);
  await chmod(temporary, 0o777);
  const install = spawn(
    programs.install,
    [
      ...['--no-defaults', ...asWhom(), `--datadir=${folder}`, '--skip-test-db'],
      ...['--auth-root-authentication-method=normal', '--innodb-log-file-size=32M'],
      `--tmpdir=${temporary}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: temporary } },
  );
  let said = '';
  for (const stream of [install.stdout, install.stderr])
    stream.on('data', (part: Buffer) => (said += part.toString()));
  await once(install, 'close');
  if (install.exitCode !== 0) throw new Error(`mariadb-install-db failed: ${said.slice(0, 2000)}`);
  const port = await freePort();
  const child = spawn(
    programs.mariadbd,
    [
      ...['--no-defaults', ...asWhom(), `--datadir=${folder}`, `--port=${port}`, ...LEAN],
      ...[`--tmpdir=${temporary}`, `--socket=${folder}/socket`],
      ...[`--pid-file=${folder}/pid`, `--server-id=${serverId}`],
      ...options,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (part: Buffer) => (log += part.toString()));
  sandbox.adopt(child.pid, name);
  await until(
    `${name} does not start`,
    () => {
      if (child.exitCode !== null) throw new Error(`${name} ended: ${log.slice(-2000)}`);
      return log.includes('ready for connections');
    },
    30_000,
  );
  return serverOn(port);
}

function serverOn(port: number): Server {
  const open = (database?: string) =>
    mysql.createConnection({
      ...{ host: '127.0.0.1', port, user: 'root', charset: 'utf8mb4' },
      ...(database === undefined ? {} : { database }),
      ...{ rowsAsArray: true, dateStrings: true, supportBigNumbers: true, bigNumberStrings: true },
    });
  const inSession = async <T>(
    database: string | undefined,
    work: (session: mysql.Connection) => Promise<T>,
  ): Promise<T> => {
    const session = await open(database);
    try {
      return await work(session);
    } finally {
      await session.end();
    }
  };
  return {
    port,
    url: (database, user = 'root') => `mysql://${user}@127.0.0.1:${port}/${database}`,
    run: (statements, database) =>
      inSession(database, async (session) => {
        for (const statement of statements) await session.query(statement);
      }),
    read: (sql, database) =>
      inSession(database, async (session) => {
        const [rows] = await session.query(sql);
        return Array.isArray(rows) ? rows.map((row) => JSON.stringify(row)) : [];
      }),
  };
}
