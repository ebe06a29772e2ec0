import type { Lock } from './incident.ts';
import { secondsBetween } from './incident.ts';
import type { Rule } from './rules.ts';
import type { Switch } from './triage.ts';
import { isRunning } from './triage.ts';

/** What the table and the switch tell of a plan. */
export interface WatchFacts {
  readonly lock: Lock | undefined;
  readonly killSwitch: Switch;
  /** Whether a fence of this incident was seen to hold. */
  readonly isFenced: boolean;
}

/** The promotion that the old primary has to be kept out of the way of. */
const isAcknowledged = ({ promotedAt, acknowledgedAt }: Lock): boolean =>
  promotedAt !== undefined &&
  acknowledgedAt !== undefined &&
  secondsBetween(promotedAt, acknowledgedAt) >= 0;

/**
 * Whether the old primary of a plan has to be watched: after a promotion, until its fence is seen
 * to hold or a human takes over by acknowledging.
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
    when: ({ lock }) => lock?.status !== 'closed',
    then: 'rest',
    why: 'A run holds the plan, and fences by itself.',
  },
  {
    id: 'fence-holds',
    when: ({ isFenced }) => isFenced,
    then: 'rest',
    why: 'The old primary was seen to be fenced.',
  },
  {
    id: 'paused',
    when: ({ killSwitch }) => !isRunning(killSwitch),
    then: 'rest',
    why: 'The kill switch does not say that the automation may run.',
  },
  { id: 'unfenced', when: () => true, then: 'look', why: 'The old primary may come back.' },
];

/** Where the service is, as its control planes tell now. */
export interface ServiceFacts {
  /** Databases of the standby Region that are not the writer, and why that is thought. */
  readonly notWriting: readonly string[];
  /** Names that do not lead to the standby Region, and why that is thought. */
  readonly notThere: readonly string[];
}

/**
 * Whether the old primary may be fenced without anybody deciding: only while the service is in the
 * standby Region. Somebody may have gone back by hand and not said so.
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
