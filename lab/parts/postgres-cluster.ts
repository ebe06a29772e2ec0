import { appendFile, chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import * as z from 'zod';
import type { PostgresTools } from './postgres-tools.ts';

/** The superuser of a drill's databases. */
export const DATABASE_USER = 'drill';

/** A new data folder. */
export interface NewCluster {
  readonly tools: PostgresTools;
  /** The data folder: inside the sandbox, empty, made by the caller. */
  readonly folder: string;
  readonly password: string;
}

/**
 * What the drill asks of PostgreSQL. fsync is off because the drill kills processes, not machines:
 * what was written is in the page cache. synchronous_commit is local, so an acknowledged commit
 * never waits for the other Region: replication is asynchronous, as between Regions it is.
 */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '40',
  shared_buffers: '16MB',
  dynamic_shared_memory_type: 'mmap',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'local',
  wal_level: 'logical',
  track_commit_timestamp: 'on',
  wal_keep_size: '256MB',
  max_wal_senders: '8',
  max_replication_slots: '8',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  autovacuum: 'off',
  jit: 'off',
  wal_receiver_status_interval: '1s',
  wal_receiver_timeout: '5s',
  wal_sender_timeout: '5s',
  wal_retrieve_retry_interval: '200ms',
  log_checkpoints: 'off',
  log_min_messages: 'warning',
} as const;

/** Makes a new, empty database cluster (0.7 seconds). */
export async function initialiseCluster({ tools, folder, password }: NewCluster): Promise<void> {
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  tools.own(passwordFile);
  tools.own(folder);
  // Small segments: the standby copies them, and the defaults would copy 16 MB of zeros.
  await tools.run('initdb', [
    ...['-D', folder, '-U', DATABASE_USER, '--auth=scram-sha-256', '--pwfile', passwordFile],
    ...['--no-sync', '--no-instructions', '--no-locale', '--encoding=UTF8', '--wal-segsize=1'],
  ]);
  await rm(passwordFile);
  const lines = Object.entries(SETTINGS).map(([name, value]) => `${name} = '${value}'`);
  await appendFile(join(folder, 'postgresql.conf'), `\n${lines.join('\n')}\n`);
}

/** Where a standby is copied from, and how it is to follow. */
export interface SeedOptions extends NewCluster {
  readonly primaryFolder: string;
  /** The primary's own port, for the copy. */
  readonly primaryPort: number;
  /** The loopback port the standby follows through: the link between the Regions. */
  readonly linkPort: number;
}

const BackupLabel = z.tuple([z.object({ labelfile: z.string() })]);

/**
 * Copies a running primary into a standby, which has never run. The copy is made while writes go
 * on; the backup label makes PostgreSQL replay from before it.
 */
export async function seedStandby(options: SeedOptions): Promise<void> {
  const { tools, folder, primaryFolder, primaryPort, password } = options;
  const client = new pg.Client({
    ...{ host: '127.0.0.1', port: primaryPort, user: DATABASE_USER, password },
    ...{ database: 'postgres', connectionTimeoutMillis: 2_000 },
  });
  client.on('error', () => undefined); // The query that fails tells.
  await client.connect();
  try {
    tools.own(folder);
    await client.query(`SELECT pg_backup_start('standby', true)`);
    await copyRunningCluster(tools, primaryFolder, folder);
    const stopped = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
    const [{ labelfile }] = BackupLabel.parse(stopped.rows);
    await writeStandbyFiles(options, labelfile);
  } finally {
    await client.end();
  }
}

/** Files may vanish while they are copied; what matters is replayed from the log. */
async function copyRunningCluster(tools: PostgresTools, from: string, to: string): Promise<void> {
  const script = 'cp -R "$0/." "$1/" 2>/dev/null; test -f "$1/global/pg_control"';
  await tools.run('/bin/sh', ['-c', script, from, to]);
  await chmod(to, 0o700);
  await tools.run('/bin/sh', [
    ...['-c', 'rm -rf "$0"/postmaster.* "$0"/pg_replslot/* "$0"/pg_dynshmem/*', to],
  ]);
}

async function writeStandbyFiles(options: SeedOptions, labelfile: string): Promise<void> {
  const { tools, folder, linkPort, password } = options;
  const follow = `host=127.0.0.1 port=${linkPort} user=${DATABASE_USER} password=${password}`;
  const files = {
    backup_label: labelfile,
    'standby.signal': '',
    'postgresql.auto.conf': `primary_conninfo = '${follow} connect_timeout=2'\n`,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600 });
    tools.own(path);
  }
}
