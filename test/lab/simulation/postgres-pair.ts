import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Link } from '../../../lab/parts/link.ts';
import type { PostgresTools } from '../../../lab/parts/postgres-tools.ts';
import { createPostgres } from '../../../lab/parts/postgres.ts';
import type { Postgres } from '../../../lab/parts/postgres.ts';
import type { Sandbox } from '../../../lab/parts/sandbox.ts';
import type { Place } from '../../../lab/simulation/world/databases.ts';
import { until } from '../parts/support.ts';
import type { Pair, PlaceSight } from './database-commands.ts';
import { ask, insert, inSession, promoteIn, setReadOnlyIn } from './postgres-sessions.ts';
import type { Server } from './postgres-sessions.ts';

/** A running pair of PostgreSQL servers. */
export interface RealPair extends Pair {
  /** How a session reaches a place. */
  server(place: Place): Server;
  close(): Promise<void>;
}

/** What every pair of a test shares. */
export interface Kit {
  readonly sandbox: Sandbox;
  readonly tools: PostgresTools;
  readonly password: string;
  /** What the standby follows the primary through; its port is on the standby's disk. */
  readonly link: Link;
}

/** The data folders of a pair. */
export type Folders = Readonly<Record<Place, string>>;

type Servers = Readonly<Record<Place, Postgres>>;

const Lsn = z.object({ lsn: z.string() });
const Answer = z.object({ answer: z.boolean() });

/** The servers on two folders; `start` them. The link follows the primary. */
export function createServers({ sandbox, tools, password, link }: Kit, folders: Folders): Servers {
  const onPort = (port: number | undefined): void => {
    link.retarget(port);
  };
  return {
    primary: createPostgres({ sandbox, tools, password, folder: folders.primary, onPort }),
    standby: createPostgres({ sandbox, tools, password, folder: folders.standby }),
  };
}

/** Waits until the standby has replayed what the primary has flushed; more is never sent. */
export async function catchUp(primary: Postgres, standby: Postgres): Promise<void> {
  const [end] = await primary.query(Lsn, 'SELECT pg_current_wal_flush_lsn() AS lsn');
  const sql = 'SELECT coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, false) AS answer';
  await until(`the standby did not replay up to ${end?.lsn ?? 'the end'}`, async () => {
    const [row] = await standby.query(Answer, sql, [end?.lsn]);
    return row?.answer === true;
  });
}

/** Starts both servers and heals the link. */
export async function openPair(kit: Kit, folders: Folders): Promise<RealPair> {
  const { link, password } = kit;
  link.heal();
  const servers = createServers(kit, folders);
  const ports: Record<Place, number> = { primary: 0, standby: 0 };
  const server = (place: Place): Server => ({ port: ports[place], password });
  const start = async (place: Place): Promise<void> => {
    if (!servers[place].isRunning()) await servers[place].start();
    ports[place] = servers[place].port ?? ports[place];
  };
  await start('primary');
  await start('standby');
  return {
    server,
    start,
    write: (place, write) => insert(server(place), write),
    setLink: async (up) => {
      if (up) link.heal();
      else link.cut();
    },
    promote: () => promoteIn(server('standby')),
    stop: (place) => servers[place].kill(),
    setReadOnly: (place, readOnly) => setReadOnlyIn(server(place), readOnly),
    look: async () => {
      if (link.state === 'healthy') await settle(servers);
      const primary = await lookAt(server('primary'), folders.primary);
      const standby = await lookAt(server('standby'), folders.standby);
      return { primary, standby, missing: lacking(standby, primary) };
    },
    close: async () => {
      await Promise.all([servers.primary.kill(), servers.standby.kill()]);
      await Promise.all(Object.values(folders).map((each) => rm(each, { recursive: true })));
    },
  };
}

/** Lets replication come to rest where the servers say that there is one: the model is not asked. */
async function settle({ primary, standby }: Servers): Promise<void> {
  if (!primary.isRunning() || !standby.isRunning()) return;
  if ((await primary.isInRecovery()) || !(await standby.isInRecovery())) return;
  await catchUp(primary, standby);
}

/** A server that is down has its role on the disk: it will start as a standby, or as a writer. */
async function lookAt(server: Server, folder: string): Promise<PlaceSight> {
  const answers = await inSession(server, ask);
  if (answers === 'stopped') {
    const isWriter = !existsSync(join(folder, 'standby.signal'));
    return { running: false, isWriter, accepts: false, writes: undefined };
  }
  const { recovery, accepts, writes } = answers;
  return { running: true, isWriter: !recovery, accepts, writes };
}

/** What one place lacks of the writes of the other; undefined where one cannot be read. */
function lacking({ writes }: PlaceSight, other: PlaceSight): readonly number[] | undefined {
  return writes && other.writes?.filter((write) => !writes.includes(write));
}
