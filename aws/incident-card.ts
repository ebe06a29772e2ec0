import * as z from 'zod';
import { ShownRequest } from '../core/approval/request.ts';
import { describeError } from '../core/errors.ts';
import { Incident } from '../core/incident.ts';
import type { IncidentCard } from '../core/incident-card.ts';
import { phasesOf } from '../core/incident-card.ts';
import type { Json } from '../core/json.ts';
import { logEvents } from '../core/log-events.ts';
import { readRequest } from './approvals/request-store.ts';
import { readLedger } from './ledger.ts';
import type { Runtime } from './runtime.ts';

const Ending = z.object({ outcome: z.string(), why: z.string() });
const Stopped = z.object({ status: z.string() });

/** A run that ended without closing its incident: stopped, timed out, crashed. */
function stopped(entry: Json | undefined): Json {
  const known = Stopped.safeParse(entry);
  if (!known.success) return null;
  return { outcome: 'failed', why: `The workflow ended as ${known.data.status}.` };
}

/** An incident as it is now, from its ledger and its question; undefined if it never opened. */
export async function readCard(
  runtime: Runtime,
  incidentId: string,
): Promise<IncidentCard | undefined> {
  const [entries, stored] = await Promise.all([
    readLedger(runtime, incidentId),
    readRequest(runtime, incidentId),
  ]);
  const last = (what: string): Json | undefined =>
    entries.findLast((entry) => entry.what === what)?.entry;
  const incident = Incident.safeParse(last('opened'));
  if (!incident.success) return undefined;
  const { id, plan, openedAt, alarm, alarmReason, executionArn } = incident.data;
  const ending = Ending.safeParse(last('closed') ?? stopped(last('execution-ended')));
  return {
    ...{ incidentId: id, plan, openedAt, alarm, alarmReason, executionArn },
    phases: phasesOf(entries),
    request: stored === undefined ? undefined : ShownRequest.parse(stored),
    ending: ending.success ? ending.data : undefined,
  };
}

/** The card, or null where it cannot be read: people are told without it rather than not at all. */
export async function readCardIfPossible(
  runtime: Runtime,
  incidentId: string,
): Promise<IncidentCard | null> {
  try {
    return (await readCard(runtime, incidentId)) ?? null;
  } catch (error) {
    const problem = describeError(error);
    runtime.log.error(logEvents.changeNotTold, { incident: incidentId, problem });
    return null;
  }
}
