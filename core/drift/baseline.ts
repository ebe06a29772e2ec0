import type { Lock } from '../incident.ts';
import type { Rule } from '../rules.ts';

/** What is known of the incident whose snapshots may say how things were before. */
export interface BaselineFacts {
  /** The plan's lock; undefined if no incident was ever opened. */
  readonly lock: Pick<Lock, 'incidentId' | 'promotedAt'> | undefined;
  /** The incident that somebody named. */
  readonly named: string | undefined;
  /** How the last incident ended; undefined while it runs. */
  readonly outcome: string | undefined;
  /** Whether the last incident asked for a promotion. */
  readonly hasPromoted: boolean;
}

const putBack = new Set<string | undefined>(['stoodDown', 'rejected', 'expired', 'declined']);

/**
 * Whose snapshots say how things were before. `none`: no incident left anything changed.
 * `unknown`: one did, and it is not known which. A false alarm puts everything back: what differs
 * from its snapshots weeks later was somebody else's wish.
 */
export const baselineRules: readonly Rule<BaselineFacts, 'use' | 'none' | 'unknown'>[] = [
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
    id: 'promoted-before',
    when: ({ lock }) => lock?.promotedAt !== undefined,
    then: 'unknown',
    why: 'An incident before the last one promoted. Name it with --incident.',
  },
  {
    id: 'put-back',
    when: ({ outcome }) => putBack.has(outcome),
    then: 'none',
    why: 'The last incident promoted nothing and put everything back.',
  },
  {
    id: 'not-put-back',
    when: () => true,
    then: 'use',
    why: 'The last incident runs, or failed: it may have left something changed.',
  },
];
