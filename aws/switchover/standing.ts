import type { Lock } from '../../core/incident.ts';
import { createIncidentStore } from '../incident-store.ts';
import { readWatched } from '../old-primary.ts';
import type { Plan } from '../plan.ts';
import type { Runtime } from '../runtime.ts';

/** Under which name it is kept that the writes a failover left behind are accounted for. */
export const RECONCILED = 'reconciled';

/** Where a service stands, as the table tells. */
export interface Standing {
  readonly lock: Lock | undefined;
  /** The incident that promoted last; undefined if none did. */
  readonly promotedBy: string | undefined;
  /** The Region of the writer; undefined if a promotion is known and nothing of where it led. */
  readonly writer: string | undefined;
  readonly isReconciled: boolean;
}

/** Reads where a service is, and whether its last failover left writes that nobody accounted for. */
export async function readStanding(runtime: Runtime, plan: Plan): Promise<Standing> {
  const store = createIncidentStore(runtime);
  const lock = await store.readLock(plan.name);
  if (lock?.promotedAt === undefined)
    return { lock, promotedBy: undefined, writer: plan.regions.primary, isReconciled: true };
  const promotedBy = lock.promotedBy ?? lock.incidentId;
  const watched = await readWatched(runtime, promotedBy);
  const isPlanned = watched?.incident.planned !== undefined;
  const isReconciled =
    isPlanned || (await store.readSnapshot({ id: promotedBy }, RECONCILED)) !== undefined;
  return { lock, promotedBy, writer: watched?.plan.regions.standby, isReconciled };
}
