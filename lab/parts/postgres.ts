import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import * as z from 'zod';
import { DATABASE_USER } from './postgres-cluster.ts';
import { freePort } from './ports.ts';
import type { PostgresTools } from './postgres-tools.ts';
import { descendantsOf, isRunning, markOf } from './processes.ts';
import type { ProcessMark } from './processes.ts';
import { releaseSharedMemory } from './sandbox-cleanup.ts';
import type { Sandbox } from './sandbox.ts';

/** How far a standby has come. Static after a promotion: then it is the fork of the histories. */
interface ReceiveProgress {
  /** Undefined until the standby has streamed once. */
  readonly receivedLsn: string | undefined;
  readonly replayedLsn: string | undefined;
  /** When the last replayed transaction was committed on the primary, by the primary's clock. */
  readonly lastReplayedCommitAt: Date | undefined;
}

/** A real PostgreSQL server of the drill. */
export interface Postgres {
  readonly folder: string;
  /** The server's own loopback port. Changes with a restart; undefined while it is down. */
  readonly port: number | undefined;
  start(): Promise<void>;
  /** SIGKILL to every process of the server at once, as when a Region dies. */
  kill(): Promise<void>;
  /** Starts a killed server again (on the data it had), or a running one anew. */
  restart(): Promise<void>;
  /** Asks a standby to become a primary, and does not wait for it: poll `isInRecovery`. */
  promote(): Promise<void>;
  isInRecovery(): Promise<boolean>;
  receiveProgress(): Promise<ReceiveProgress>;
  sizeBytes(): Promise<number>;
  isRunning(): boolean;
  /** Where sessions of others connect, past the gate. @throws Error while it is down */
  url(): string;
  /** Runs statements past the gate, as the drill's own observer. */
  execute(sql: string): Promise<void>;
  /** Asks past the gate, and checks the rows. */
  query<T>(row: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<readonly T[]>;
}

/** What a server needs. */
export interface PostgresOptions {
  readonly sandbox: Sandbox;
  readonly tools: PostgresTools;
  readonly folder: string;
  readonly password: string;
  /** Called with the port after each start: gates and links follow it. */
  readonly onPort?: (port: number | undefined) => void;
}

const InRecovery = z.object({ answer: z.boolean() });
const Progress = z
  .object({
    received: z.string().nullable(),
    replayed: z.string().nullable(),
    at: z.date().nullable(),
  })
  .transform((row): ReceiveProgress => ({
    receivedLsn: row.received ?? undefined,
    replayedLsn: row.replayed ?? undefined,
    lastReplayedCommitAt: row.at ?? undefined,
  }));

/** A server on an existing data folder; `start` it. */
export function createPostgres(options: PostgresOptions): Postgres {
  return new PostgresServer(options);
}

class PostgresServer implements Postgres {
  readonly folder: string;
  port: number | undefined;
  readonly #options: PostgresOptions;
  #mark: ProcessMark | undefined;
  #pool: pg.Pool | undefined;

  constructor(options: PostgresOptions) {
    this.#options = options;
    this.folder = options.folder;
  }

  /** Another process may take the free port first; then the next one is tried. */
  async start(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const log = await this.#launch(port);
      if (log === undefined) {
        this.#open(port);
        return;
      }
      if (attempt === 5 || !log.includes('could not bind')) {
        throw new Error(`PostgreSQL in ${this.folder} did not start:\n${log}`);
      }
    }
  }

  async kill(): Promise<void> {
    const mark = this.#mark;
    const pool = this.#pool;
    this.#mark = this.#pool = this.port = undefined;
    this.#options.onPort?.(undefined);
    if (mark === undefined) return;
    const all = [mark, ...descendantsOf(mark.pid)];
    this.#options.sandbox.kill(mark);
    while (all.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 5));
    releaseSharedMemory(this.folder);
    await rm(join(this.folder, 'postmaster.pid'), { force: true });
    await pool?.end().catch(() => undefined);
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async promote(): Promise<void> {
    await this.execute('SELECT pg_promote(wait => false)');
  }

  async isInRecovery(): Promise<boolean> {
    return (await this.#one(InRecovery, 'SELECT pg_is_in_recovery() AS answer')).answer;
  }

  async receiveProgress(): Promise<ReceiveProgress> {
    return await this.#one(
      Progress,
      `SELECT pg_last_wal_receive_lsn() AS received, pg_last_wal_replay_lsn() AS replayed,
              pg_last_xact_replay_timestamp() AS at`,
    );
  }

  async sizeBytes(): Promise<number> {
    const sql = 'SELECT sum(pg_database_size(oid))::float8 AS size FROM pg_database';
    return (await this.#one(z.object({ size: z.number() }), sql)).size;
  }

  isRunning(): boolean {
    return this.#mark !== undefined && isRunning(this.#mark);
  }

  url(): string {
    if (this.port === undefined) throw new Error(`PostgreSQL in ${this.folder} is down`);
    const { password } = this.#options;
    return `postgres://${DATABASE_USER}:${password}@127.0.0.1:${this.port}/postgres`;
  }

  async execute(sql: string): Promise<void> {
    await this.#openPool().query(sql);
  }

  async query<T>(row: z.ZodType<T>, sql: string, values: readonly unknown[] = []) {
    const result = await this.#openPool().query(sql, [...values]);
    return z.array(row).parse(result.rows);
  }

  #openPool(): pg.Pool {
    if (this.#pool === undefined) throw new Error(`PostgreSQL in ${this.folder} is down`);
    return this.#pool;
  }

  async #one<T>(row: z.ZodType<T>, sql: string): Promise<T> {
    const [first] = await this.query(row, sql);
    if (first === undefined) throw new Error(`no answer to: ${sql}`);
    return first;
  }

  /** Undefined when the server is up; else what it said before it gave up. */
  async #launch(port: number): Promise<string | undefined> {
    const { tools, folder } = this.#options;
    const child = tools.spawn('postgres', ['-D', folder, '-p', String(port)], `postgres ${folder}`);
    this.#mark = child.pid === undefined ? undefined : markOf(child.pid);
    const exited = once(child, 'exit').catch((error: unknown) => String(error));
    let log = '';
    const isUp = new Promise<'up'>((resolve) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-8_000);
        if (log.includes('ready to accept')) resolve('up');
      });
    });
    return (await Promise.race([isUp, exited])) === 'up' ? undefined : log;
  }

  #open(port: number): void {
    this.port = port;
    this.#pool = new pg.Pool({
      ...{ host: '127.0.0.1', port, user: DATABASE_USER, password: this.#options.password },
      ...{ database: 'postgres', max: 3, connectionTimeoutMillis: 2_000, query_timeout: 5_000 },
      allowExitOnIdle: true,
    });
    this.#pool.on('error', () => undefined); // An idle connection died with its server.
    this.#options.onPort?.(port);
  }
}
