import * as z from 'zod';
import { evidenceRules } from '../core/evidence.ts';
import type { EvidenceOutcome } from '../core/evidence.ts';
import { preservedNotice } from '../core/return-notices.ts';
import { secondsBetween } from '../core/incident.ts';
import { decide } from '../core/rules.ts';
import { rebuildDriver } from './drivers/rebuilds.ts';
import { createIncidentStore } from './incident-store.ts';
import { appendToLedger, readLedger } from './ledger.ts';
import { tell } from './notify.ts';
import type { Watched } from './old-primary.ts';
import { otherSide } from './other-side.ts';
import type { Database, Plan } from './plan.ts';
import type { Runtime } from './runtime.ts';

/** Under which name it is kept what became of the data of an old primary first. */
const evidenceOf = (id: string): string => `evidence#${id}`;
/** The lines that keep what people were told of it: it may be lost, and found again. */
const [KEPT, LOST] = ['evidence-kept', 'evidence-lost'];
const Told = z.object({ id: z.string() });

/** What people were told of one database, the newest last. */
async function toldOf(runtime: Runtime, incident: Watched['incident'], id: string) {
  const lines = await readLedger(runtime, incident.id);
  return lines.filter(
    ({ what, entry }) => (what === KEPT || what === LOST) && Told.parse(entry).id === id,
  );
}

/** Databases of which nobody knows yet that the old primary's data is kept. */
export async function unkeptDatabases(
  runtime: Runtime,
  { plan, incident }: Watched,
): Promise<readonly Database[]> {
  // A switchover leaves nothing behind.
  if (incident.planned !== undefined) return [];
  const store = createIncidentStore(runtime);
  const marks = await Promise.all(
    plan.databases.map(async ({ id }) => await store.readSnapshot(incident, evidenceOf(id))),
  );
  return plan.databases.filter((_, index) => marks[index] === undefined);
}

/** Whether it is known that the data of an old primary cannot be kept any more. */
export async function isEvidenceLost(
  runtime: Runtime,
  { plan, incident }: Watched,
): Promise<boolean> {
  const told = await Promise.all(
    plan.databases.map(async ({ id }) => await toldOf(runtime, incident, id)),
  );
  return told.some((lines) => lines.at(-1)?.what === LOST);
}

/** The lines that keep each look at which an old primary was not there, and that it was there again. */
const [ABSENT, PRESENT] = ['evidence-absent', 'evidence-present'];
const Sighting = z.object({ id: z.string() });

/** Looks further apart than this say nothing of the time between them: those may have failed. */
const LONGEST_GAP_SECONDS = 300;

/** For how long look after look has found no instance. What cannot be read is no look. */
async function absentSeconds(
  runtime: Runtime,
  { incident }: Pick<Watched, 'incident'>,
  {
    id,
    isAbsent,
    words,
  }: { readonly id: string; readonly isAbsent: boolean; readonly words: string },
): Promise<number> {
  const looks = (await readLedger(runtime, incident.id)).filter(
    ({ what, entry }) => (what === ABSENT || what === PRESENT) && Sighting.parse(entry).id === id,
  );
  if (isAbsent || looks.at(-1)?.what === ABSENT)
    await appendToLedger(runtime, incident.id, isAbsent ? ABSENT : PRESENT, { id, why: words });
  if (!isAbsent) return 0;
  const now = runtime.clock.now().toISOString();
  let since = now;
  for (const { what, at } of looks.toReversed()) {
    if (what === PRESENT || secondsBetween(at, since) > LONGEST_GAP_SECONDS) break;
    since = at;
  }
  return secondsBetween(since, now);
}

/** What became of the data of one old primary. */
export interface Kept {
  readonly id: string;
  readonly outcome: EvidenceOutcome;
  readonly why: string;
}

/**
 * Keeps the data of an old primary: asks for a snapshot if there is none, and says once when it is
 * there. Safe to repeat: it looks before it asks, and the name is the same for every attempt.
 */
export async function keepEvidence(
  runtime: Runtime,
  deployed: Plan,
  { plan, incident }: Watched,
  database: Database,
): Promise<Kept> {
  const { id } = database;
  // Seen from the other side the old primary is where a replica will be.
  const other = otherSide({ plan, database });
  const context = { plan: other.plan, runtime };
  const driver = rebuildDriver(other.database, incident.id);
  const { replica: instance, snapshot, words } = await driver.find(context);
  const sighting = { id, isAbsent: instance === 'absent', words };
  const { outcome, why } = decide(evidenceRules, {
    ...{ instance, snapshot, words },
    // In a snapshot it is kept, wherever the instance is.
    absentSeconds:
      snapshot === undefined ? await absentSeconds(runtime, { incident }, sighting) : 0,
  });
  const found = { id, outcome, why: `${id}: ${why} ${driver.names.snapshot}` };
  if (outcome === 'keep') {
    await driver.preserve(context);
    await appendToLedger(runtime, incident.id, 'evidence-asked', { ...found });
  }
  const store = createIncidentStore(runtime);
  if (outcome !== 'kept' && outcome !== 'lost') return found;
  const told = await toldOf(runtime, incident, id);
  const what = outcome === 'kept' ? KEPT : LOST;
  if (told.at(-1)?.what !== what) {
    await tell(runtime, deployed, preservedNotice(incident, found, told.length));
    await appendToLedger(runtime, incident.id, what, { ...found });
  }
  const at = runtime.clock.now().toISOString();
  await store.snapshotOnce(incident, evidenceOf(id), { ...found, at });
  return found;
}
