import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { openLink } from '../../../lab/parts/link.ts';
import { initialiseCluster, seedStandby } from '../../../lab/parts/postgres-cluster.ts';
import { findPostgresTools } from '../../../lab/parts/postgres-tools.ts';
import type { PostgresTools } from '../../../lab/parts/postgres-tools.ts';
import { openSandbox } from '../../../lab/parts/sandbox.ts';
import type { Sandbox, SandboxOptions } from '../../../lab/parts/sandbox.ts';
import { catchUp, createServers, openPair } from './postgres-pair.ts';
import type { Folders, Kit, RealPair } from './postgres-pair.ts';

/** A pair made once, of which each sequence of commands gets a copy. */
export interface PairTemplate {
  /** Starts a copy, as it was made: streaming, with no write. One at a time. */
  open(): Promise<RealPair>;
  close(): Promise<void>;
}

/** The drill's servers look for their primary five times a second; nobody waits so long here. */
const HASTE = `wal_retrieve_retry_interval = '50ms'\n`;

/** Where Linux keeps files in memory. A thousand small files take a second elsewhere. */
const MEMORY_FOLDER = '/dev/shm';
const ENOUGH_BYTES = 512 * 1024 * 1024;

/** Makes the pair that is copied: 2 seconds, and a copy takes a tenth of that. */
export async function makePairTemplate(): Promise<PairTemplate> {
  const sandbox = await openSandbox(await chooseFolder());
  const [tools, link] = await Promise.all([findPostgresTools(sandbox), openLink()]);
  const kit = { sandbox, tools, link, password: randomBytes(8).toString('hex') };
  const template = await makeFolders(sandbox, 'template');
  await fill(kit, template);
  let count = 0;
  return {
    async open() {
      count += 1;
      const copies = await makeFolders(sandbox, `copy-${count}`);
      await copyFolder(tools, template.primary, copies.primary);
      await copyFolder(tools, template.standby, copies.standby);
      return await openPair(kit, copies);
    },
    async close() {
      await sandbox.close();
      await link.close();
    },
  };
}

/** Containers may give little memory to files, and other systems have no such folder. */
async function chooseFolder(): Promise<SandboxOptions> {
  if (!existsSync(MEMORY_FOLDER)) return {};
  const { bavail, bsize } = await statfs(MEMORY_FOLDER);
  return bavail * bsize > ENOUGH_BYTES ? { parentFolder: MEMORY_FOLDER } : {};
}

async function makeFolders(sandbox: Sandbox, name: string): Promise<Folders> {
  const primary = await sandbox.makeFolder(`${name}-primary`);
  return { primary, standby: await sandbox.makeFolder(`${name}-standby`) };
}

async function copyFolder(tools: PostgresTools, from: string, to: string): Promise<void> {
  tools.own(to);
  await tools.run('/bin/sh', ['-c', 'cp -R "$0/." "$1/"', from, to]);
}

async function fill(kit: Kit, folders: Folders): Promise<void> {
  const { tools, password, link } = kit;
  await initialiseCluster({ tools, password, folder: folders.primary });
  await appendFile(join(folders.primary, 'postgresql.conf'), HASTE);
  const { primary, standby } = createServers(kit, folders);
  await primary.start();
  await primary.execute('CREATE TABLE writes (write int PRIMARY KEY)');
  await seedStandby({
    ...{ tools, password, folder: folders.standby, primaryFolder: folders.primary },
    ...{ primaryPort: primary.port ?? 0, linkPort: link.port },
  });
  await standby.start();
  // Whoever is killed recovers from the last checkpoint: the copies have little to recover.
  await primary.execute('CHECKPOINT');
  await catchUp(primary, standby);
  await standby.execute('CHECKPOINT');
  await Promise.all([primary.kill(), standby.kill()]);
}
