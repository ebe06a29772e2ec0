import type { Attempt } from './client-ledger.ts';

/** Where the histories of the two databases part, read from the new primary (it stays readable). */
interface Fork {
  /**
   * The commit time of the last transaction that crossed, by the old primary's clock. A promoted
   * database forgets it when it restarts: read it before. Unknown explains nothing.
   */
  readonly lastReplayedCommitAt: Date | undefined;
}

/** What the judge looks at. */
export interface Evidence {
  readonly attempts: readonly Attempt[];
  /** The ids in `orders` on the new primary, as read, with repetitions. */
  readonly newPrimaryIds: readonly string[];
  /** The Region whose database was promoted. */
  readonly newPrimaryRegion: string;
  readonly fork: Fork;
  /** The ids on the old primary, once it can be read again. */
  readonly oldPrimaryIds?: readonly string[];
  /** Ids others wrote on purpose (a business check, a reconciliation). */
  readonly otherIds?: readonly string[];
}

/** An acknowledged write which the new primary does not have. */
export interface LostWrite {
  readonly id: string;
  readonly acknowledgedAt: Date;
}

/** A finding that asynchronous replication does not explain: a fault of somebody's code. */
interface Unexplained {
  readonly id: string;
  readonly why:
    | 'invented'
    | 'duplicate'
    | 'missingThoughReplicated'
    | 'missingAndForkUnknown'
    | 'missingOnItsOwnPrimary'
    | 'missingEverywhere';
}

/** The judgement: acknowledged = onNewPrimary + lost + missing but unexplained. */
export interface Verdict {
  readonly acknowledged: number;
  readonly onNewPrimary: number;
  readonly lost: readonly LostWrite[];
  readonly unexplained: readonly Unexplained[];
  /** Not acknowledged, yet there: allowed, the client was left in doubt. */
  readonly unacknowledgedButPresent: number;
  readonly rpoSeconds: number;
}

/**
 * Accounts for every write.
 *
 * A missing acknowledged write is explained, hence *lost*, only if it may have been committed after
 * the fork. Its client read the acknowledgement after the commit, so a write acknowledged before
 * the last replayed commit took place precedes that commit in the log, and was replicated with it:
 * if it is missing nevertheless, it is *unexplained*. (All clocks are this machine's; both times
 * are cut to milliseconds, which keeps the rule sound: it never accuses wrongly. It may call a
 * write lost that vanished within the last milliseconds before the fork.) Unexplained are also:
 * a missing write the new primary's own Region acknowledged; a missing write that the old primary,
 * where it can be read, does not have either; a row nobody attempted; a row that is there twice.
 *
 * `rpoSeconds` is how much older the oldest lost write is than the last write the old primary
 * acknowledged, by acknowledgement time; 0 when nothing is lost, and at least 0.001 when
 * something is.
 */
export function judge(evidence: Evidence): Verdict {
  const present = new Set(evidence.newPrimaryIds);
  const old = evidence.oldPrimaryIds && new Set(evidence.oldPrimaryIds);
  const acknowledged = evidence.attempts.flatMap(({ id, acknowledgedAt, region }) =>
    acknowledgedAt === undefined ? [] : [{ id, acknowledgedAt, region }],
  );
  const missing = acknowledged
    .filter(({ id }) => !present.has(id))
    .map((write) => ({ ...write, why: whyUnexplained(write, evidence, old) }));
  const lost = missing
    .filter(({ why }) => why === undefined)
    .map(({ id, acknowledgedAt }) => ({ id, acknowledgedAt }))
    .sort((one, other) => one.acknowledgedAt.getTime() - other.acknowledgedAt.getTime());
  const known = new Set(acknowledged.map(({ id }) => id));
  return {
    acknowledged: acknowledged.length,
    onNewPrimary: acknowledged.length - missing.length,
    lost,
    unexplained: [
      ...missing.flatMap(({ id, why }) => (why === undefined ? [] : [{ id, why }])),
      ...unexplainedRows(evidence),
    ],
    unacknowledgedButPresent: evidence.attempts.filter(
      ({ id }) => present.has(id) && !known.has(id),
    ).length,
    rpoSeconds: rpoSeconds(evidence, lost[0]),
  };
}

function whyUnexplained(
  write: LostWrite & { readonly region: string | undefined },
  { fork, newPrimaryRegion }: Evidence,
  oldPrimaryIds: ReadonlySet<string> | undefined,
): Unexplained['why'] | undefined {
  if (write.region === newPrimaryRegion) return 'missingOnItsOwnPrimary';
  const forkedAt = fork.lastReplayedCommitAt;
  if (forkedAt === undefined) return 'missingAndForkUnknown';
  if (write.acknowledgedAt < forkedAt) return 'missingThoughReplicated';
  if (oldPrimaryIds?.has(write.id) === false) return 'missingEverywhere';
  return undefined;
}

function unexplainedRows(evidence: Evidence): readonly Unexplained[] {
  const attempted = new Set(evidence.attempts.map(({ id }) => id));
  for (const id of evidence.otherIds ?? []) attempted.add(id);
  const seen = new Set<string>();
  return evidence.newPrimaryIds.flatMap((id): readonly Unexplained[] => {
    if (seen.has(id)) return [{ id, why: 'duplicate' }];
    seen.add(id);
    return attempted.has(id) ? [] : [{ id, why: 'invented' }];
  });
}

function rpoSeconds(evidence: Evidence, oldestLost: LostWrite | undefined): number {
  if (oldestLost === undefined) return 0;
  const times = evidence.attempts
    .filter(({ region }) => region !== evidence.newPrimaryRegion)
    .map(({ acknowledgedAt }) => acknowledgedAt?.getTime() ?? 0);
  const last = times.reduce((one, other) => Math.max(one, other), 0);
  return Math.max(0.001, (last - oldestLost.acknowledgedAt.getTime()) / 1_000);
}
