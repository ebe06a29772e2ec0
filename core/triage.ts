import type { Alarm } from './alarm.ts';
import type { Lock } from './incident.ts';
import { secondsBetween } from './incident.ts';
import type { Rule } from './rules.ts';

/** The kill switch as it could be read. What cannot be read is off. */
export type Switch =
  | { readonly readable: true; readonly value: string }
  | { readonly readable: false; readonly reason: string };

/** What is known when an alarm comes in. */
export interface TriageFacts {
  readonly alarm: Alarm;
  /** Undefined if no deployed plan names the alarm. */
  readonly plan:
    | {
        readonly name: string;
        readonly staleAfterSeconds: number;
        readonly cooldownSeconds: number;
      }
    | undefined;
  readonly killSwitch: Switch;
  readonly lock: Lock | undefined;
  readonly now: Date;
}

/** `decline` leaves everything as it is; what is declined is recorded all the same. */
export type TriageOutcome = 'open' | 'decline' | 'declineAndTell';

/** Whether the kill switch says in so many words that the automation may run. */
export function isRunning(killSwitch: Switch): boolean {
  return killSwitch.readable && killSwitch.value === 'running';
}

/** Whether an incident holds the lock now. An expired lock is that of a run that died. */
function isHeld({ lock, now }: TriageFacts): boolean {
  return lock?.status === 'open' && secondsBetween(now, lock.expiresAt) > 0;
}

/** Once a planned run has asked for its promotion, the Region that it leaves is not the service. */
const isStillToMove = (lock: Lock | undefined): boolean =>
  lock?.planned !== undefined && lock.promotedBy !== lock.incidentId;

/** After a promotion nothing is automatic until the cool-down ends and a human acknowledges. */
export function isCoolingDown(lock: Lock | undefined, cooldownSeconds: number, now: Date): boolean {
  if (lock?.promotedAt === undefined) return false;
  const { promotedAt, acknowledgedAt } = lock;
  // An acknowledgement of an earlier promotion says nothing about this one.
  const isAcknowledged =
    acknowledgedAt !== undefined && secondsBetween(promotedAt, acknowledgedAt) >= 0;
  return !(isAcknowledged && secondsBetween(promotedAt, now) >= cooldownSeconds);
}

/** What an alarm means for us: the first row that matches decides. */
export const triageRules: readonly Rule<TriageFacts, TriageOutcome>[] = [
  {
    id: 'alarm-not-in-alarm',
    when: ({ alarm }) => alarm.state !== 'ALARM',
    then: 'decline',
    why: 'Only a change to ALARM opens an incident.',
    detail: ({ alarm }) => `This one is a change to ${alarm.state}.`,
  },
  {
    id: 'alarm-without-plan',
    when: ({ plan }) => plan === undefined,
    // There is no plan that says whom to tell; the ledger and the log have it.
    then: 'decline',
    why: 'No deployed plan names this alarm.',
    detail: ({ alarm }) => alarm.arn,
  },
  {
    id: 'alarm-suppressed',
    when: ({ alarm }) => alarm.suppressedBy !== undefined,
    then: 'declineAndTell',
    why: 'The alarm is muted or its actions are suppressed.',
    detail: ({ alarm }) => `By: ${alarm.suppressedBy ?? 'unknown'}.`,
  },
  {
    id: 'alarm-stale',
    when: ({ alarm, plan, now }) =>
      !(secondsBetween(alarm.at, now) <= (plan?.staleAfterSeconds ?? 0)) ||
      secondsBetween(now, alarm.at) > 60,
    then: 'declineAndTell',
    why: 'The alarm is too old, or from the future: a late trigger says nothing about now.',
    detail: ({ alarm, now }) => `It is ${secondsBetween(alarm.at, now).toFixed(0)} s old.`,
  },
  {
    id: 'held-by-a-planned-run',
    when: (facts) => isHeld(facts) && isStillToMove(facts.lock),
    // It takes no alarm along: whatever it does, it fails over nothing.
    then: 'declineAndTell',
    why: 'A planned run (a switchover, rebuild or reconciliation) holds the plan: no failover beside it.',
    detail: ({ lock }) =>
      `It is ${lock?.incidentId ?? ''}; while it holds writes, the alarm may be its doing. If the ` +
      'primary is down: say no to its question (failover reject), or stop its execution, which ' +
      'undoes nothing. Then start the failover by hand: set the alarm to OK, and to ALARM.',
  },
  {
    id: 'duplicate',
    when: isHeld,
    then: 'decline',
    why: 'An incident of this plan is open already; it takes this alarm along.',
    detail: ({ lock }) => lock?.incidentId ?? '',
  },
  {
    id: 'paused',
    when: ({ killSwitch }) => !isRunning(killSwitch),
    then: 'declineAndTell',
    why: 'The kill switch does not say that the automation may run.',
    detail: ({ killSwitch }) =>
      killSwitch.readable ? `It says "${killSwitch.value}".` : `Unreadable: ${killSwitch.reason}.`,
  },
  {
    id: 'cooling-down',
    when: ({ lock, plan, now }) => isCoolingDown(lock, plan?.cooldownSeconds ?? 0, now),
    then: 'declineAndTell',
    why: 'After a promotion the automation stands still until the cool-down ends and a human acknowledges.',
    detail: ({ lock }) => `Promoted at ${lock?.promotedAt ?? 'an unknown time'}.`,
  },
  { id: 'open', when: () => true, then: 'open', why: 'A fresh alarm that a plan names.' },
];
