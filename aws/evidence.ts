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
/** And that it is kept: it may have been lost, and found again. */
const keptOf = (id: string): string => `evidence-kept#${id}`;

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
  const lost = await Promise.all(
    plan.databases.map(async ({ id }) => {
      const mark = await store.readSnapshot(incident, evidenceOf(id));
      if (mark === undefined || Mark.parse(mark).outcome !== 'lost') return false;
      return (await store.readSnapshot(incident, keptOf(id))) === undefined;
    }),
  );
  return lost.includes(true);
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
  const marks = outcome === 'kept' ? [evidenceOf(id), keptOf(id)] : [evidenceOf(id)];
  const known = await Promise.all(marks.map((mark) => store.readSnapshot(incident, mark)));
  if (known.every((mark) => mark !== undefined)) return found;
  await appendToLedger(runtime, incident.id, `evidence-${outcome}`, { ...found });
  await tell(runtime, deployed, preservedNotice(incident, found));
  const at = runtime.clock.now().toISOString();
  for (const mark of marks) await store.snapshotOnce(incident, mark, { ...found, at });
  return found;
}
