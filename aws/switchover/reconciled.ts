import { NotReadyError } from '../../core/errors.ts';
import { secondsBetween } from '../../core/incident.ts';
import type { Json } from '../../core/json.ts';
import { createIncidentStore } from '../incident-store.ts';
import { appendToLedger } from '../ledger.ts';
import { fencedAt, readWatched, unreachedFences } from '../old-primary.ts';
import type { Runtime } from '../runtime.ts';
import { RECONCILED } from './standing.ts';

/** What says that the writes of an old primary are accounted for. */
export interface Account {
  readonly by: string;
  readonly reason: string;
  /** When both databases were compared: ISO 8601. */
  readonly comparedAt: string;
  /** Digest of the rows of the report. */
  readonly rowsDigest: string;
  /** Which databases they were. */
  readonly origin: Json;
  /** Rows that stay behind, as somebody decided. */
  readonly left: number;
  /** The failover that it is about, where that is known: another one may have come since. */
  readonly of?: string;
}

/**
 * Closes the account of the last failover of a plan: from now on a replica may be built where the old
 * primary is. Safe to repeat: the first account stays.
 * @returns the id of the incident
 * @throws NotReadyError if there is no failover to account for, or the comparison says nothing of it
 */
export async function markReconciled(
  runtime: Runtime,
  plan: string,
  { of, ...account }: Account,
): Promise<string> {
  const store = createIncidentStore(runtime);
  const lock = await store.readLock(plan);
  if (lock?.promotedAt === undefined)
    throw new NotReadyError(`Plan ${plan} was never failed over: there is nothing to account for.`);
  const incident = lock.promotedBy ?? lock.incidentId;
  if (of !== undefined && of !== incident)
    throw new NotReadyError(`It is an account of ${of}; the last promotion was by ${incident}.`);
  const watched = await readWatched(runtime, incident);
  if (watched === undefined)
    throw new NotReadyError(`The table knows nothing of the fences of ${incident}: look there.`);
  const left = await unreachedFences(runtime, watched);
  if (left.length > 0)
    throw new NotReadyError(
      `The old primary is not fenced by ${left.map(({ id }) => id).join(', ')}: it may have taken ` +
        'writes since the comparison. Fence it, and compare again.',
    );
  refuseOlder(account, 'the promotion', lock.promotedAt);
  // Until it was fenced the old primary may have taken writes that the comparison did not see.
  refuseOlder(account, 'the fence', await fencedAt(runtime, watched));
  const entry: Json = { ...account, at: runtime.clock.now().toISOString() };
  await store.snapshotOnce({ id: incident }, RECONCILED, entry);
  await appendToLedger(runtime, incident, 'reconciled', entry);
  return incident;
}

function refuseOlder(
  { comparedAt }: Pick<Account, 'comparedAt'>,
  what: string,
  at: string | undefined,
): void {
  if (at === undefined || secondsBetween(at, comparedAt) >= 0) return;
  throw new NotReadyError(`The report is of ${comparedAt}, and ${what} of ${at}: compare again.`);
}
