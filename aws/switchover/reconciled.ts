import { NotReadyError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { AnyOrigin } from '../../core/reconcile/comparison.ts';
import { decide } from '../../core/rules.ts';
import { accountRules } from '../../core/switchover/account.ts';
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
  readonly origins: readonly AnyOrigin[];
  /** Rows that stay behind, as somebody decided. */
  readonly left: number;
  /** Those of them that nobody can explain. */
  readonly unclear: number;
  /** Why somebody says that the old primary is fenced, where the table does not know of its fences. */
  readonly fencedByHand?: string | undefined;
  /** The failover that it is about, where that is known: another one may have come since. */
  readonly of?: string;
}

/**
 * Closes the account of the last failover of a plan: from now on a replica may be built where the old
 * primary is. The report is held against the plan of that failover, as it was then. Safe to repeat: the
 * first account stays.
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
  const unreached = await unreachedFences(runtime, watched);
  const { databases } = watched.plan;
  const { outcome, ruleId, why } = decide(accountRules, {
    databases: account.origins.map(({ database }) => database),
    planned: databases.flatMap(({ connection }) => connection?.database ?? []),
    expected: databases.length,
    comparedAt: account.comparedAt,
    promotedAt: lock.promotedAt,
    unreached: unreached.map(({ id }) => id),
    fencedByHand: account.fencedByHand,
    fencedAt: await fencedAt(runtime, watched),
  });
  if (outcome === 'refuse') throw new NotReadyError(why);
  const { fencedByHand, ...others } = account;
  const vouched = fencedByHand === undefined ? {} : { fencedByHand };
  const at = runtime.clock.now().toISOString();
  const entry: Json = { ...others, origins: [...account.origins], ...vouched, ruleId, at };
  await store.snapshotOnce({ id: incident }, RECONCILED, entry);
  await appendToLedger(runtime, incident, 'reconciled', entry);
  return incident;
}
