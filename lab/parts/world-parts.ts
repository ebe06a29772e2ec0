import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Place } from '../world/place.ts';
import { createAddressBook } from './address-book.ts';
import type { AddressBook } from './address-book.ts';
import type { HealthCheck } from './application/settings.ts';
import { SCHEMA } from './application/schema.ts';
import { issueCertificates } from './certificates.ts';
import type { DrillCertificates } from './certificates.ts';
import { createClients } from './clients.ts';
import type { Clients, ClientsOptions } from './clients.ts';
import { startDnsServer } from './dns-server.ts';
import type { DnsServer, RecordLookup } from './dns-server.ts';
import { openLink } from './link.ts';
import type { Link } from './link.ts';
import type { ClusterOptions } from './follow.ts';
import { follow, rebuild, waitUntil } from './follow.ts';
import { initialiseCluster } from './postgres-cluster.ts';
import { findPostgresTools } from './postgres-tools.ts';
import type { Postgres } from './postgres.ts';
import { createRegion } from './region.ts';
import type { Region } from './region.ts';
import { openSandbox, sweep } from './sandbox.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';

/** What to build. Everything has a default but the record table. */
export interface PartsOptions {
  /** The public name clients use. */
  readonly hostname: string;
  /** Other names the load balancers answer to, such as one for each Region. */
  readonly otherHostnames?: readonly string[];
  /** Answers DNS questions; asked for every question. */
  readonly lookup: RecordLookup;
  readonly primary?: { readonly name: string; readonly address: string };
  readonly standby?: { readonly name: string; readonly address: string };
  /** Health checks that the applications answer besides `GET /health`; default none. */
  readonly checks?: readonly HealthCheck[];
  /** Applications running in the primary at the start; default 1. The standby has none. */
  readonly applications?: number;
  readonly clients?: Partial<ClientsOptions>;
  readonly sandbox?: SandboxOptions;
  /** Give up when the world does not serve by then; default 20. */
  readonly startupSeconds?: number;
}

/** The running world. The clients write already. */
export interface Parts {
  readonly primary: Region;
  readonly standby: Region;
  /** What the standby follows the primary through. */
  readonly link: Link;
  readonly dns: DnsServer;
  readonly clients: Clients;
  readonly sandbox: Sandbox;
  /** The certificate authority (PEM) clients and probes trust. */
  readonly ca: string;
  /** For other hosts of the drill. */
  readonly certificates: DrillCertificates;
  readonly book: AddressBook;
  /** A new database of this Region follows the one of the other; resolves when it streams. */
  rebuild(place: Place): Promise<void>;
  stop(): Promise<void>;
}

const PRIMARY = { name: 'us-east-1', address: '192.0.2.10' };
const STANDBY = { name: 'us-west-2', address: '198.51.100.10' };

/**
 * Builds two Regions and their clients. Resolves when the standby streams and a first write was
 * acknowledged. When something fails, nothing stays behind.
 */
export async function startParts(options: PartsOptions): Promise<Parts> {
  await sweep(options.sandbox?.parentFolder);
  const sandbox = await openSandbox(options.sandbox);
  const closers: Closer[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await sandbox.close();
  };
  try {
    return { ...(await build(options, sandbox, (closer) => closers.push(closer))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Closer = () => Promise<void>;

/** Keeps what must be closed at the end, in order of opening. */
type Keep = (closer: Closer) => void;

async function build(options: PartsOptions, sandbox: Sandbox, keep: Keep) {
  const book = createAddressBook();
  const hostnames = [options.hostname, ...(options.otherHostnames ?? [])];
  const [tools, dns, link, certificates] = await Promise.all([
    findPostgresTools(sandbox),
    startDnsServer(options.lookup),
    openLink(),
    issueCertificates(hostnames),
  ]);
  keep(() => dns.close());
  keep(() => link.close());
  const cluster = { tools, password: randomBytes(16).toString('hex') };
  const shared = { ...cluster, sandbox, book, certificates, checks: options.checks ?? [] };
  const primary = await createRegion({
    ...{ ...shared, ...(options.primary ?? PRIMARY), heartbeatMilliseconds: 250 },
    dataFolder: await sandbox.makeFolder('primary'),
    onDatabasePort: (port) => {
      link.retarget(port);
    },
  });
  keep(() => primary.close());
  const standby = await createRegion({
    ...{ ...shared, ...(options.standby ?? STANDBY), heartbeatMilliseconds: 0 },
    dataFolder: await sandbox.makeFolder('standby'),
  });
  keep(() => standby.close());
  const clients = createClients({
    ...{ hostname: options.hostname, dnsPort: dns.port, dial: book.dial, ca: certificates.ca },
    ...options.clients,
  });
  keep(() => clients.close());
  const parts = {
    ...{ primary, standby, link, dns, clients, sandbox, certificates, book },
    ca: certificates.ca,
    rebuild: async (place: Place) => {
      const back = await openLink();
      keep(() => back.close());
      await rebuild(parts, place, back, cluster);
    },
  };
  await bringUp(parts, cluster, options);
  return parts;
}

type World = Omit<Parts, 'stop'>;

/** Applications start while the database is made; the standby is copied while clients write. */
async function bringUp(world: World, cluster: ClusterOptions, options: PartsOptions) {
  const { primary, standby, link, clients } = world;
  const deadlineAt = Date.now() + (options.startupSeconds ?? 20) * 1_000;
  await Promise.all([
    openForBusiness(primary, cluster),
    primary.scaleTo(options.applications ?? 1),
  ]);
  await waitUntil('the primary does not get healthy', deadlineAt, () =>
    Promise.resolve(primary.loadBalancer.targetHealth().some(({ state }) => state === 'healthy')),
  );
  let served = false;
  void clients.nextAcknowledgement().then(() => (served = true));
  clients.start();
  await follow(standby, primary, link, cluster);
  await waitUntil('the standby does not stream', deadlineAt, async () => {
    return (await standby.database.receiveProgress()).receivedLsn !== undefined;
  });
  await waitUntil('no write is acknowledged', deadlineAt, () => Promise.resolve(served));
}

async function openForBusiness(region: Region, cluster: ClusterOptions): Promise<void> {
  const { database } = region;
  await initialiseCluster({ ...cluster, folder: database.folder });
  await database.start();
  await database.execute(SCHEMA);
}

/** The latest heartbeat a database knows of a Region; undefined when there never was one. */
export async function lastHeartbeat(database: Postgres, region: string): Promise<Date | undefined> {
  const sql = 'SELECT at FROM heartbeat WHERE region = $1';
  const [row] = await database.query(z.object({ at: z.date() }), sql, [region]);
  return row?.at;
}

/** The ids of every order a Region's database holds, oldest first. */
export async function orderIds(region: Region): Promise<readonly string[]> {
  const rows = await region.database.query(
    z.object({ id: z.string() }),
    'SELECT id FROM orders ORDER BY created_at',
  );
  return rows.map(({ id }) => id);
}
