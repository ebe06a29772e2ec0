import * as z from 'zod';
import { describeError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import type { Json } from '../core/json.ts';
import type { ServiceFacts, Tried } from '../core/watch.ts';
import { databaseDriver } from './drivers/databases.ts';
import { trafficDriver } from './drivers/traffic.ts';
import { createIncidentStore } from './incident-store.ts';
import { readLedger } from './ledger.ts';
import type { Fencing, Traffic } from './plan.ts';
import { Plan } from './plan.ts';
import { readAgain } from './read-again.ts';
import type { Runtime } from './runtime.ts';
import { trafficSnapshot } from './snapshot-names.ts';
import { leadsTo } from './where-clients-go.ts';

/** What is kept to watch the old primary after the run: the plan as it was, and the incident. */
const Watched = z.strictObject({ plan: Plan, incident: Incident });
export type Watched = z.infer<typeof Watched>;
const WATCHED = 'watched';

/** Under which name it is kept that a fence was reached. */
const reachedSnapshot = (id: string): string => `fence-reached#${id}`;

/** Fences that keep the old primary from its database. One at the edge only moves clients. */
export const holdingFences = ({ fencing }: Plan): readonly Fencing[] =>
  fencing.filter(({ kind }) => kind !== 'edge');

/** Keeps what the watch needs, and which fences were completed. Safe to repeat. */
export async function keepForWatch(
  runtime: Runtime,
  { plan, incident }: Watched,
  tried: readonly Tried[],
): Promise<void> {
  const store = createIncidentStore(runtime);
  const ids = new Set(holdingFences(plan).map(({ id }) => id));
  await store.snapshotOnce(incident, WATCHED, z.json().parse({ plan, incident }));
  for (const { id, grade, isComplete, why } of tried) {
    if (!isComplete || !ids.has(id)) continue;
    const at = runtime.clock.now().toISOString();
    await store.snapshotOnce(incident, reachedSnapshot(id), { at, grade, why });
  }
}

/** What was kept of an incident; undefined if it never came to its fence. */
export async function readWatched(runtime: Runtime, id: string): Promise<Watched | undefined> {
  const kept = await createIncidentStore(runtime).readSnapshot({ id }, WATCHED);
  return kept === undefined ? undefined : Watched.parse(kept);
}

/** The fences that no try has completed yet. */
export async function unreachedFences(
  runtime: Runtime,
  { plan, incident }: Watched,
): Promise<readonly Fencing[]> {
  const store = createIncidentStore(runtime);
  const unreached: Fencing[] = [];
  for (const fence of holdingFences(plan)) {
    const mark = await store.readSnapshot(incident, reachedSnapshot(fence.id));
    if (mark === undefined) unreached.push(fence);
  }
  return unreached;
}

/** Where the service is now. What cannot be read is not known to be there. Changes nothing. */
export async function findService(runtime: Runtime, watched: Watched): Promise<ServiceFacts> {
  const { plan } = watched;
  const store = createIncidentStore(runtime);
  // The table has to answer: its silence says nothing of the service, and the caller tries again.
  const snapshots = await Promise.all(
    plan.traffic.map((each) => store.readSnapshot(watched.incident, trafficSnapshot(each))),
  );
  const notWriting = plan.databases.map(async (database) => {
    const driver = databaseDriver(database);
    const { role, status } = await readAgain(() => driver.read({ plan, runtime }));
    return role === 'writer' ? undefined : `${database.id} is ${role} (${status}).`;
  });
  const notThere = plan.traffic.map(
    async (traffic, at) => await whyNotThere(runtime, plan, traffic, snapshots[at]),
  );
  return { notWriting: await reasons(notWriting), notThere: await reasons(notThere) };
}

/**
 * Why a name is not known to lead to the standby. That it does not lead where it did before is not
 * enough: it has to share an address with a host by which the plan checks the standby.
 */
async function whyNotThere(
  runtime: Runtime,
  plan: Plan,
  traffic: Traffic,
  snapshot: Json | undefined,
): Promise<string | undefined> {
  if (snapshot === undefined) return `${traffic.id} was not switched by this incident.`;
  const driver = trafficDriver(traffic);
  const { settled, why } = await readAgain(() => driver.settled(snapshot, { plan, runtime }));
  if (!settled) return `${traffic.id}: ${why}`;
  const { isThere, words } = await leadsTo(runtime, traffic.name, plan.verification.standby);
  return isThere ? undefined : words;
}

async function reasons(looks: readonly Promise<string | undefined>[]): Promise<string[]> {
  const found = await Promise.allSettled(looks);
  return found.flatMap((look) =>
    look.status === 'rejected'
      ? [`It cannot be read. ${describeError(look.reason)}`]
      : (look.value ?? []),
  );
}

const Mark = z.object({ at: z.string() });

/** What the ledger of a failover says when its fences were put up again, or were seen to be up. */
export const FENCED_AGAIN = 'old-primary-fenced-again';

/** When the last of the fences was completed; undefined if there is none, or one is not complete. */
export async function fencedAt(
  runtime: Runtime,
  { plan, incident }: Watched,
): Promise<string | undefined> {
  const store = createIncidentStore(runtime);
  const marks = await Promise.all(
    holdingFences(plan).map(({ id }) => store.readSnapshot(incident, reachedSnapshot(id))),
  );
  if (marks.includes(undefined)) return undefined;
  const ledger = await readLedger(runtime, incident.id);
  const again = ledger.filter(({ what }) => what === FENCED_AGAIN).map(({ at }) => at);
  return [...marks.map((mark) => Mark.parse(mark).at), ...again].toSorted().at(-1);
}

/** Names of the fences that the last promotion of a plan left undone; none if nothing is known. */
export async function fencesLeft(runtime: Runtime, plan: string): Promise<string[]> {
  const lock = await createIncidentStore(runtime).readLock(plan);
  if (lock?.promotedAt === undefined) return [];
  // An incident after it may have promoted nothing: what it fenced says nothing of this.
  const watched = await readWatched(runtime, lock.promotedBy ?? lock.incidentId);
  if (watched === undefined) return [];
  return (await unreachedFences(runtime, watched)).map(({ id }) => id);
}
