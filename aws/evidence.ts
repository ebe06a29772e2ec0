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

/** Under which name it is kept what became of the data of an old primary. */
const evidenceOf = (id: string): string => `evidence#${id}`;

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

const Mark = z.object({ outcome: z.string() });

/** Whether it is known that the data of an old primary cannot be kept any more. */
export async function isEvidenceLost(
  runtime: Runtime,
  { plan, incident }: Watched,
): Promise<boolean> {
  const store = createIncidentStore(runtime);
  const marks = await Promise.all(
    plan.databases.map(async ({ id }) => await store.readSnapshot(incident, evidenceOf(id))),
  );
  return marks.some((mark) => mark !== undefined && Mark.parse(mark).outcome === 'lost');
}

/** The lines that keep since when an old primary is not there, and that it was there again. */
const [ABSENT, PRESENT] = ['evidence-absent', 'evidence-present'];
const Sighting = z.object({ id: z.string() });

/** For how long each look has found no instance. What cannot be read is no look. */
async function absentSeconds(
  runtime: Runtime,
  { incident }: Pick<Watched, 'incident'>,
  {
    id,
    isAbsent,
    words,
  }: { readonly id: string; readonly isAbsent: boolean; readonly words: string },
): Promise<number> {
  const last = (await readLedger(runtime, incident.id)).findLast(
    ({ what, entry }) => (what === ABSENT || what === PRESENT) && Sighting.parse(entry).id === id,
  );
  const wasAbsent = last?.what === ABSENT;
  if (isAbsent !== wasAbsent)
    await appendToLedger(runtime, incident.id, isAbsent ? ABSENT : PRESENT, { id, why: words });
  return isAbsent && wasAbsent ? secondsBetween(last.at, runtime.clock.now()) : 0;
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
  const isNews = (await store.readSnapshot(incident, evidenceOf(id))) === undefined;
  if (isNews && (outcome === 'kept' || outcome === 'lost')) {
    await appendToLedger(runtime, incident.id, `evidence-${outcome}`, { ...found });
    await tell(runtime, deployed, preservedNotice(incident, found));
    const at = runtime.clock.now().toISOString();
    await store.snapshotOnce(incident, evidenceOf(id), { ...found, at });
  }
  return found;
}
