import * as z from 'zod';
import type { Incident } from '../../core/incident.ts';
import { createIncidentStore } from '../incident-store.ts';
import type { Runtime } from '../runtime.ts';

const Asked = z.strictObject({ at: z.string() });
const thing = (database: string, what: string): string => `${what}-asked#${database}`;

/** When this run asked for something first; undefined if it did not. */
export async function askedAt(
  runtime: Runtime,
  incident: Incident,
  database: string,
  what: string,
): Promise<string | undefined> {
  const kept = await createIncidentStore(runtime).readSnapshot(incident, thing(database, what));
  return kept === undefined ? undefined : Asked.parse(kept).at;
}

/** Keeps that it is about to be asked for. Safe to repeat: the first time stays. */
export async function noteAsked(
  runtime: Runtime,
  incident: Incident,
  database: string,
  what: string,
): Promise<void> {
  const at = runtime.clock.now().toISOString();
  await createIncidentStore(runtime).snapshotOnce(incident, thing(database, what), { at });
}
