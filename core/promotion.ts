import { secondsBetween } from './incident.ts';
import type { Rule } from './rules.ts';

/** What is known of a database each time the step looks at it. */
export interface PromotionFacts {
  readonly role: 'replica' | 'changing' | 'writer' | 'unusable';
  readonly status: string;
  readonly ineligibleBecause: string | undefined;
  /** When this incident asked for promotion, as the ledger has it; undefined if it did not. */
  readonly requestedAt: string | undefined;
  readonly startedAt: string;
  readonly deadlineSeconds: number;
  readonly now: Date;
  /** What a look at the primary said, if the one before the point of no return is old by now. */
  readonly lookedAgain: 'up' | 'down' | 'unknown' | undefined;
  /** Whether it is proved that the replica has everything; only a switchover needs it. */
  readonly proof: 'not needed' | 'fresh' | 'missing or old';
}

/** `request` calls the API once; `wait` polls; the others end the loop. */
export type PromotionOutcome = 'request' | 'wait' | 'promoted' | 'failed' | 'refused';

/** A look is evidence for so long: a request that comes later needs another one. */
export const FRESH_LOOK_SECONDS = 120;

/** After this the control plane must show that a request arrived. */
const UNSEEN_REQUEST_SECONDS = 120;

/**
 * Read the role, decide, call once. An answer that was lost is followed by a read: the ledger
 * knows that the call was about to be made, so that it is not made again while it may be working.
 */
export const promotionRules: readonly Rule<PromotionFacts, PromotionOutcome>[] = [
  {
    id: 'is-writer',
    when: ({ role }) => role === 'writer',
    then: 'promoted',
    why: 'The database is a writer: available, without a source.',
  },
  {
    id: 'is-unusable',
    when: ({ role }) => role === 'unusable',
    then: 'failed',
    why: 'The database cannot become a writer.',
    detail: ({ status, ineligibleBecause }) => `Status: ${status}. ${ineligibleBecause ?? ''}`,
  },
  {
    id: 'deadline-passed',
    when: ({ startedAt, deadlineSeconds, now }) => secondsBetween(startedAt, now) > deadlineSeconds,
    then: 'failed',
    why: 'The database did not become a writer in time.',
    detail: ({ deadlineSeconds, status }) => `${deadlineSeconds} s passed; status: ${status}.`,
  },
  {
    id: 'is-changing',
    when: ({ role }) => role === 'changing',
    then: 'wait',
    why: 'The database is changing.',
    detail: ({ status }) => `Status: ${status}.`,
  },
  {
    id: 'not-now',
    when: ({ ineligibleBecause }) => ineligibleBecause !== undefined,
    then: 'wait',
    why: 'The replica cannot be promoted at this moment.',
    detail: ({ ineligibleBecause }) => ineligibleBecause ?? '',
  },
  {
    id: 'request-not-visible-yet',
    when: ({ requestedAt, now }) =>
      requestedAt !== undefined && secondsBetween(requestedAt, now) < UNSEEN_REQUEST_SECONDS,
    then: 'wait',
    why: 'Promotion was asked for; the control plane does not show it yet.',
  },
  {
    id: 'primary-seen-alive',
    when: ({ lookedAgain }) => lookedAgain === 'up',
    then: 'refused',
    why: 'The primary was seen alive before the promotion could be asked for.',
  },
  {
    id: 'cannot-see',
    when: ({ lookedAgain }) => lookedAgain === 'unknown',
    then: 'wait',
    why: 'The last look is old, and a new one cannot tell: it is tried again.',
  },
  {
    id: 'not-proved',
    // What was asked for once had its proof then, and is only ever gone on with.
    when: ({ proof, requestedAt }) => proof === 'missing or old' && requestedAt === undefined,
    then: 'refused',
    why: 'A switchover promotes only what was just proved to have every write; this was not.',
  },
  {
    id: 'request',
    when: () => true,
    then: 'request',
    why: 'A replica that may be promoted.',
    detail: ({ requestedAt }) =>
      requestedAt === undefined
        ? 'It was not asked yet.'
        : `It was asked at ${requestedAt}, and nothing came of it: it is asked again.`,
  },
];
