import type { Place } from '../world/place.ts';
import type { Link } from './link.ts';
import { seedStandby } from './postgres-cluster.ts';
import type { PostgresTools } from './postgres-tools.ts';
import type { Region } from './region.ts';
import type { Sandbox } from './sandbox.ts';

/** What databases are made with. */
export interface ClusterOptions {
  readonly tools: PostgresTools;
  readonly password: string;
}

const STREAM_MILLISECONDS = 20_000;

/** Makes a standby from a running primary, and starts it. */
export async function follow(
  standby: Region,
  primary: Region,
  link: Link,
  cluster: ClusterOptions,
): Promise<void> {
  const primaryPort = primary.database.port;
  if (primaryPort === undefined) throw new Error('the primary is down');
  await seedStandby({
    ...{ ...cluster, folder: standby.database.folder, primaryFolder: primary.database.folder },
    ...{ primaryPort, linkPort: link.port },
  });
  await standby.database.start();
}

/**
 * A Region gets a new database, which follows the one of the other over a link of its own. What it
 * had is left alone. Resolves when it streams.
 */
export async function rebuild(
  world: { readonly primary: Region; readonly standby: Region; readonly sandbox: Sandbox },
  place: Place,
  link: Link,
  cluster: ClusterOptions,
): Promise<void> {
  const [region, source] =
    place === 'primary' ? [world.primary, world.standby] : [world.standby, world.primary];
  const now = Date.now();
  region.replaceDatabase(await world.sandbox.makeFolder(`${place}-${now}`));
  link.retarget(source.database.port);
  await follow(region, source, link, cluster);
  await waitUntil('the replica does not stream', now + STREAM_MILLISECONDS, async () => {
    return (await region.database.receiveProgress()).receivedLsn !== undefined;
  });
}

/** @throws Error with the complaint if it is not so in time */
export async function waitUntil(
  complaint: string,
  deadlineAt: number,
  isSo: () => Promise<boolean>,
): Promise<void> {
  while (!(await isSo())) {
    if (Date.now() > deadlineAt) throw new Error(complaint);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
