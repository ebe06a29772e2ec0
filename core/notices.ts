import { digestOf } from './digest.ts';
import type { Incident, Outcome } from './incident.ts';
import type { CardPhase, IncidentCard } from './incident-card.ts';
import type { Message } from './messages.ts';
import { subject } from './messages.ts';

/** An incident was opened: nothing is changed yet, except that the standby warms up. */
export function openedNotice(incident: Incident, why: string, card: IncidentCard | null): Message {
  return {
    turn: 'opened',
    subject: subject(`[${incident.plan}] Outage suspected: ${incident.id}`),
    body: [
      `Incident ${incident.id} was opened at ${incident.openedAt}.`,
      `Alarm: ${incident.alarm}`,
      `Alarm's reason: ${incident.alarmReason}`,
      `First look: ${why}`,
      'The standby is being warmed up while the outage is verified. Nothing else was changed.',
      `Execution: ${incident.executionArn}`,
    ].join('\n'),
    deduplicationKey: `${incident.id}#opened`,
    urgency: 'page',
    card,
    question: null,
  };
}

/**
 * An alarm was declined; people should know why nothing happens. The reason names the alarm and its
 * time, and so stands for it: whoever was told is not told again by another attempt.
 */
export function declinedNotice(plan: string, why: string): Message {
  return {
    turn: 'declined',
    subject: subject(`[${plan}] Alarm declined`),
    body: `An alarm came in and no incident was opened.\n${why}`,
    deduplicationKey: `${plan}#declined#${digestOf(why)}`,
    urgency: 'page',
    card: null,
    question: null,
  };
}

/** A message by which somebody tries whether a channel reaches people. Asks for nothing. */
export function testNotice(plan: string, at: string): Message {
  return {
    turn: 'test',
    subject: subject(`[${plan}] TEST: nothing has happened`),
    body:
      `Somebody tries whether the channels of plan ${plan} reach people. ` +
      'There is no outage and nothing to decide.',
    deduplicationKey: `${plan}#test#${at}`,
    urgency: 'info',
    card: null,
    question: null,
  };
}

/** An incident came further. For channels that want to hear of every phase. */
export function phaseNotice(card: IncidentCard, phase: CardPhase): Message {
  return {
    turn: 'phase',
    subject: subject(`[${card.plan}] ${phase.name}: ${card.incidentId}`),
    body: phase.why,
    deduplicationKey: `${card.incidentId}#phase#${phase.name}#${phase.at}`,
    urgency: 'info',
    card,
    question: null,
  };
}

const endings: Readonly<Record<Outcome, string>> = {
  recovered: 'RECOVERED: the service answers from the standby Region',
  moved: 'MOVED: the service answers from the other Region',
  prepared: 'Prepared: the replica is there and follows',
  reconciled: 'RECONCILED: what the old primary held is accounted for',
  unreconciled: 'NOT RECONCILED: rows of the old primary wait for somebody',
  declined: 'Declined: no incident was opened',
  stoodDown: 'Stood down: nothing was promoted',
  rejected: 'Rejected: nothing was promoted',
  expired: 'EXPIRED: nobody decided, nothing was promoted',
  failed: 'FAILED: look at it now',
};

/** Endings that wake nobody: it is as it was, or as somebody wanted it. */
const quiet = new Set<Outcome>(['stoodDown', 'rejected', 'moved', 'prepared', 'reconciled']);

/** How an incident ended. One deduplication key an incident: also a crashed run uses this one. */
export function endedNotice(
  incident: Pick<Incident, 'id' | 'plan'>,
  outcome: Outcome,
  lines: readonly string[],
  card: IncidentCard | null,
  words = endings[outcome],
): Message {
  return {
    turn: 'ended',
    subject: subject(`[${incident.plan}] ${words} (${incident.id})`),
    body: lines.join('\n'),
    deduplicationKey: `${incident.id}#ended`,
    urgency: quiet.has(outcome) ? 'info' : 'page',
    card,
    question: null,
  };
}

/** What the workflow of an execution is called, and what to do where one that broke off goes on. */
function workflowOf(executionArn: string): { name: string; next: string[] } {
  const machine = executionArn.split(':').at(6) ?? '';
  if (machine.endsWith('switchover')) return { name: 'switchover', next: [] };
  if (!machine.endsWith('reconcile')) return { name: 'failover', next: [] };
  const next =
    'Start it again: failover reconcile PLAN. Whole transactions were applied, and none is twice.';
  return { name: 'reconciliation', next: [next] };
}

/**
 * The workflow itself came to a bad end: failed, timed out or stopped. One deduplication key an
 * incident; without one, the execution stands for it.
 */
export function crashedNotice(facts: {
  readonly plan: string;
  readonly incidentId: string | undefined;
  readonly status: string;
  readonly executionArn: string;
  readonly error: string | null;
  readonly cause: string | null;
  /** What it may have left behind, a sentence each. */
  readonly left: readonly string[];
  readonly card: IncidentCard | null;
}): Message {
  const { incidentId, executionArn, card } = facts;
  const { name, next } = workflowOf(executionArn);
  return {
    turn: 'crashed',
    subject: subject(`[${facts.plan}] Workflow ${facts.status}: ${incidentId ?? 'no incident'}`),
    body: [
      `The ${name} workflow ended as ${facts.status}.`,
      ...[...facts.left, ...next].map((each) => `Left to do: ${each}`),
      `Error: ${facts.error ?? 'none given'}`,
      `Cause: ${facts.cause ?? 'none given'}`,
      `Execution: ${executionArn}`,
      'Look at the last state in the Step Functions console: it says how far it got.',
    ].join('\n'),
    deduplicationKey: `${incidentId ?? executionArn}#ended`,
    urgency: 'page',
    card,
    question: null,
  };
}
