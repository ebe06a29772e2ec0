import type { Incident, Outcome } from './incident.ts';
import type { Message } from './messages.ts';

const SUBJECT_CHARACTERS = 99;

function subject(words: string): string {
  const line = words.replaceAll(/\s+/g, ' ').trim();
  return line.length > SUBJECT_CHARACTERS ? `${line.slice(0, SUBJECT_CHARACTERS - 1)}…` : line;
}

/** An incident was opened: nothing is changed yet, except that the standby warms up. */
export function openedNotice(incident: Incident, why: string): Message {
  return {
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
  };
}

/** An alarm was declined; people should know why nothing happens. */
export function declinedNotice(plan: string, why: string, at: string): Message {
  return {
    subject: subject(`[${plan}] Alarm declined`),
    body: `An alarm came in and no incident was opened.\n${why}`,
    deduplicationKey: `${plan}#declined#${at}`,
    urgency: 'page',
  };
}

/** What is asked of the approvers. */
export interface ApprovalQuestion {
  readonly question: string;
  readonly evidence: readonly string[];
  readonly approvers: readonly string[];
  readonly expiresAt: string;
  readonly evidenceDigest: string;
  /** Options that lead the command line to the stack. */
  readonly stackOptions: string;
}

/** A human is asked; the message tells how to answer. */
export function approvalNotice(incident: Incident, ask: ApprovalQuestion): Message {
  const command = (verb: string): string =>
    `  npx failover ${verb} ${incident.id} --digest ${ask.evidenceDigest.slice(0, 12)} ` +
    `${ask.stackOptions} --reason "..."`;
  return {
    subject: subject(`[${incident.plan}] DECISION NEEDED: ${incident.id}`),
    body: [
      ask.question,
      ...ask.evidence.map((line) => `- ${line}`),
      'Yes: the old primary is fenced, the standby promoted, traffic switched. No way back but failback.',
      'No: everything that was prepared is undone, and the service stays as it is.',
      `Until ${ask.expiresAt}; nobody deciding means no.`,
      `Asked: ${ask.approvers.join(', ')}`,
      command('approve'),
      command('reject'),
    ].join('\n'),
    deduplicationKey: `${incident.id}#approval#${ask.evidenceDigest.slice(0, 12)}`,
    urgency: 'page',
  };
}

const endings: Readonly<Record<Outcome, string>> = {
  recovered: 'RECOVERED: the service answers from the standby Region',
  declined: 'Declined: no incident was opened',
  stoodDown: 'Stood down: nothing was promoted',
  rejected: 'Rejected: nothing was promoted',
  expired: 'EXPIRED: nobody decided, nothing was promoted',
  failed: 'FAILED: look at it now',
};

/** How an incident ended. One deduplication key an incident: also a crashed run uses this one. */
export function endedNotice(
  incident: Pick<Incident, 'id' | 'plan'>,
  outcome: Outcome,
  lines: readonly string[],
): Message {
  return {
    subject: subject(`[${incident.plan}] ${endings[outcome]} (${incident.id})`),
    body: lines.join('\n'),
    deduplicationKey: `${incident.id}#ended`,
    urgency: outcome === 'stoodDown' || outcome === 'rejected' ? 'info' : 'page',
  };
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
}): Message {
  const { incidentId, executionArn } = facts;
  return {
    subject: subject(`[${facts.plan}] Workflow ${facts.status}: ${incidentId ?? 'no incident'}`),
    body: [
      `The failover workflow ended as ${facts.status}.`,
      ...facts.left.map((each) => `Left to do: ${each}`),
      `Error: ${facts.error ?? 'none given'}`,
      `Cause: ${facts.cause ?? 'none given'}`,
      `Execution: ${executionArn}`,
      'Look at the last state in the Step Functions console: it says how far it got.',
    ].join('\n'),
    deduplicationKey: `${incidentId ?? executionArn}#ended`,
    urgency: 'page',
  };
}
