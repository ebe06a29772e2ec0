import type { FenceGrade } from './authorization.ts';
import type { Lock } from './incident.ts';
import { secondsBetween } from './incident.ts';
import type { Rule } from './rules.ts';
import type { Switch } from './triage.ts';
import { isRunning } from './triage.ts';

/** What the table and the switch tell of a plan. */
export interface WatchFacts {
  readonly lock: Lock | undefined;
  readonly killSwitch: Switch;
  /** Fences of the incident that no try has completed yet: its Region was gone. */
  readonly unreached: readonly string[];
  /** Databases of which nobody knows yet that the old primary's data is kept. */
  readonly unkept: readonly string[];
  /** Whether the plan wants a reconciliation started by itself that nobody has started yet. */
  readonly isUnstarted: boolean;
  readonly now: Date;
}

const isAcknowledged = ({ promotedAt, acknowledgedAt }: Lock): boolean =>
  promotedAt !== undefined &&
  acknowledgedAt !== undefined &&
  secondsBetween(promotedAt, acknowledgedAt) >= 0;

/** A lock that has expired is that of a run that died. */
const isHeld = ({ lock, now }: WatchFacts): boolean =>
  lock?.status === 'open' && secondsBetween(now, lock.expiresAt) > 0;

/**
 * Whether the old primary of a plan has to be watched: after a promotion, until each of its fences
 * was completed once or a human takes over by acknowledging. What was fenced once is a human's: the
 * watch never fences it again; a reconciliation does.
 */
export const watchRules: readonly Rule<WatchFacts, 'rest' | 'look'>[] = [
  {
    id: 'nothing-promoted',
    when: ({ lock }) => lock?.promotedAt === undefined,
    then: 'rest',
    why: 'Nothing was promoted.',
  },
  {
    id: 'acknowledged',
    when: ({ lock }) => lock !== undefined && isAcknowledged(lock),
    then: 'rest',
    why: 'A human has taken over.',
  },
  {
    id: 'run-at-work',
    when: isHeld,
    then: 'rest',
    why: 'A run holds the plan, and fences by itself.',
  },
  {
    id: 'nothing-left',
    when: ({ unreached, unkept, isUnstarted }) =>
      unreached.length === 0 && unkept.length === 0 && !isUnstarted,
    then: 'rest',
    why: 'Each fence was reached, or there is none, and the old primary is kept.',
  },
  {
    id: 'paused',
    when: ({ killSwitch }) => !isRunning(killSwitch),
    then: 'rest',
    why: 'The kill switch does not say that the automation may run.',
  },
  {
    id: 'unfenced',
    when: () => true,
    then: 'look',
    why: 'The old primary may come back, is not kept, or not accounted for.',
  },
];

/** Where the service is, as its control planes and the DNS tell now. */
export interface ServiceFacts {
  /** Databases of the standby Region that are not the writer, and why that is thought. */
  readonly notWriting: readonly string[];
  /** Names that do not lead to the standby Region, and why that is thought. */
  readonly notThere: readonly string[];
}

/**
 * Whether the old primary may be fenced without anybody deciding: only while the service is seen to
 * be in the standby Region. Somebody may have gone back by hand and not said so.
 */
export const returnRules: readonly Rule<ServiceFacts, 'fence' | 'leave'>[] = [
  {
    id: 'standby-is-no-writer',
    when: ({ notWriting }) => notWriting.length > 0,
    then: 'leave',
    why: 'The standby Region is not known to be the writer; nothing is fenced by itself.',
    detail: ({ notWriting }) => notWriting.join(' '),
  },
  {
    id: 'traffic-is-elsewhere',
    when: ({ notThere }) => notThere.length > 0,
    then: 'leave',
    why: 'Clients are not known to be sent to the standby Region; nothing is fenced by itself.',
    detail: ({ notThere }) => notThere.join(' '),
  },
  {
    id: 'service-is-there',
    when: () => true,
    then: 'fence',
    why: 'The service is in the standby Region: the old primary must take no writes.',
  },
];

/** What a try at a fence came to. */
export type Tried = {
  readonly id: string;
  readonly grade: FenceGrade;
  /** Whether nothing is left to do, whether or not anything proves that it holds. */
  readonly isComplete: boolean;
  readonly why: string;
};

/** Whether nothing answered: the old primary's Region is still gone. Anything else is news. */
export const isStillGone = ({ grade, why }: Tried): boolean =>
  grade === 'none' && /\bUnreachableError\b/.test(why);
