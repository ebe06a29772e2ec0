import { secondsBetween } from '../incident.ts';
import type { Rule } from '../rules.ts';

/** How far a replica has to go yet, in bytes of the log; or why that is not known. */
export type Distance =
  | { readonly known: true; readonly bytes: number }
  | { readonly known: false; readonly reason: string };

const words = (distance: Distance): string =>
  distance.known ? `${distance.bytes} bytes behind.` : distance.reason;

interface Deadline {
  readonly startedAt: string;
  readonly deadlineSeconds: number;
  readonly now: Date;
}

const isOver = ({ startedAt, deadlineSeconds, now }: Deadline): boolean =>
  secondsBetween(startedAt, now) > deadlineSeconds;

/** A replica that is further behind than this would hold writes for too long. */
export const CLOSE_ENOUGH_BYTES = 16 * 1024 * 1024;

/** What is known before writes are held: nothing is touched for it. */
export interface ReadinessFacts extends Deadline {
  readonly distance: Distance;
  /** Enabled subscriptions that write into the database. */
  readonly subscriptions: number;
  /** Why the replica may not be promoted now, in the control plane's words; undefined if it may. */
  readonly ineligibleBecause: string | undefined;
}

/** Whether holding writes would be short. */
export const readinessRules: readonly Rule<ReadinessFacts, 'ready' | 'wait' | 'failed'>[] = [
  {
    id: 'subscriptions',
    when: ({ subscriptions }) => subscriptions > 0,
    then: 'failed',
    why: 'A subscription writes into the database, and no fence stops it: disable it first.',
    detail: ({ subscriptions }) => `${subscriptions} of them.`,
  },
  {
    id: 'ready',
    when: ({ distance, ineligibleBecause }) =>
      distance.known && distance.bytes <= CLOSE_ENOUGH_BYTES && ineligibleBecause === undefined,
    then: 'ready',
    why: 'The replica is close behind, and may be promoted.',
    detail: ({ distance }) => words(distance),
  },
  {
    id: 'deadline-passed',
    when: isOver,
    then: 'failed',
    why: 'The replica did not get ready in time. Writes were never held.',
    detail: ({ deadlineSeconds, distance, ineligibleBecause }) =>
      [`${deadlineSeconds} s passed.`, words(distance), ineligibleBecause ?? ''].join(' ').trim(),
  },
  {
    id: 'not-now',
    when: ({ ineligibleBecause }) => ineligibleBecause !== undefined,
    then: 'wait',
    why: 'The replica cannot be promoted at this moment.',
    detail: ({ ineligibleBecause }) => ineligibleBecause ?? '',
  },
  {
    id: 'behind',
    when: () => true,
    then: 'wait',
    why: 'The replica is far behind, or it is not known how far.',
    detail: ({ distance }) => words(distance),
  },
];

/** What the databases of both Regions say of themselves, while writes are held. */
export interface CatchUpFacts extends Deadline {
  /** Sessions of others that were found at the source just now, and were ended. */
  readonly others: number;
  /** Transactions that are prepared and not committed: nobody's session, and they may commit yet. */
  readonly prepared: number;
  /** Enabled subscriptions: their workers write, and come back however often they are ended. */
  readonly subscriptions: number;
  /** From the position that was written when nobody was there any more; undefined if it is not yet. */
  readonly distance: Distance | undefined;
}

export type CatchUpOutcome = 'reached' | 'wait' | 'failed';

/**
 * Whether the target has everything. The position was written after the last session of others had
 * ended, behind a fence that holds: it is past every write that was ever acknowledged.
 */
export const catchUpRules: readonly Rule<CatchUpFacts, CatchUpOutcome>[] = [
  {
    id: 'subscriptions',
    when: ({ subscriptions }) => subscriptions > 0,
    then: 'failed',
    why: 'A subscription writes into the database, and no fence stops it: disable it first.',
    detail: ({ subscriptions }) => `${subscriptions} of them.`,
  },
  {
    id: 'reached',
    when: ({ others, prepared, distance }) =>
      others === 0 && prepared === 0 && distance?.known === true && distance.bytes <= 0,
    then: 'reached',
    why: 'Nobody writes, and the replica has replayed everything.',
  },
  {
    id: 'deadline-passed',
    when: isOver,
    then: 'failed',
    why: 'The replica did not catch up in time.',
    detail: ({ deadlineSeconds, others, prepared, distance }) =>
      [
        `${deadlineSeconds} s passed; ${others} sessions were there just now, and ${prepared}`,
        'prepared transactions.',
        distance === undefined ? '' : words(distance),
      ]
        .join(' ')
        .trim(),
  },
  {
    id: 'others',
    when: ({ others }) => others > 0,
    then: 'wait',
    why: 'Sessions were ended that the fence had left: they may have written.',
    detail: ({ others }) => `${others} sessions.`,
  },
  {
    id: 'prepared',
    when: ({ prepared }) => prepared > 0,
    then: 'wait',
    why: 'Prepared transactions may commit yet: commit them or roll them back.',
    detail: ({ prepared }) => `${prepared} of them.`,
  },
  {
    id: 'behind',
    when: () => true,
    then: 'wait',
    why: 'The replica replays what is left.',
    detail: ({ distance }) => (distance === undefined ? '' : words(distance)),
  },
];
