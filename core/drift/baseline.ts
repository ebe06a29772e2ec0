import type { Lock } from '../incident.ts';
import type { Rule } from '../rules.ts';

/** What is known of the incident whose snapshots may say how things were before. */
export interface BaselineFacts {
  /** The plan's lock; undefined if no incident was ever opened. */
  readonly lock: Pick<Lock, 'incidentId' | 'promotedAt' | 'promotedBy'> | undefined;
  /** The incident that somebody named. */
  readonly named: string | undefined;
  /** How the last incident ended; undefined while it runs. */
  readonly outcome: string | undefined;
  /** Whether the last incident asked for a promotion. */
  readonly hasPromoted: boolean;
}

/** Endings that leave no resource different; neither a replica nor a row is drift. */
const putBack = new Set<string | undefined>([
  ...['stoodDown', 'rejected', 'expired', 'declined', 'prepared', 'reconciled', 'unreconciled'],
]);

export type BaselineOutcome = 'use' | 'usePromoter' | 'none' | 'unknown';

/**
 * Whose snapshots say how things were before: those of the last incident, or of the one that promoted
 * last. `none`: no incident left anything changed. `unknown`: it is not known which one did. A false
 * alarm puts everything back: what differs from its snapshots weeks later was somebody else's wish.
 */
export const baselineRules: readonly Rule<BaselineFacts, BaselineOutcome>[] = [
  {
    id: 'named',
    when: ({ named }) => named !== undefined,
    then: 'use',
    why: 'This incident was named.',
  },
  {
    id: 'no-incident',
    when: ({ lock }) => lock === undefined,
    then: 'none',
    why: 'No incident of this plan is known.',
  },
  {
    id: 'promoted',
    when: ({ hasPromoted }) => hasPromoted,
    then: 'use',
    why: 'The last incident asked for a promotion.',
  },
  {
    id: 'put-back-since',
    when: ({ lock, outcome }) => lock?.promotedBy !== undefined && putBack.has(outcome),
    then: 'usePromoter',
    why: 'This incident promoted last; the one after it put everything back, made a replica or gave the writer rows.',
  },
  {
    id: 'promoted-before',
    when: ({ lock }) => lock?.promotedAt !== undefined,
    then: 'unknown',
    why: 'An incident before the last one promoted. Name it with --incident.',
  },
  {
    id: 'put-back',
    when: ({ outcome }) => putBack.has(outcome),
    then: 'none',
    why: 'The last incident promoted nothing, and put everything back or only made a replica.',
  },
  {
    id: 'not-put-back',
    when: () => true,
    then: 'use',
    why: 'The last incident runs, or failed: it may have left something changed.',
  },
];
