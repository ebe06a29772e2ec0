import type { IncidentCard } from '../incident-card.ts';
import type { AskedQuestion, Message, Turn } from '../messages.ts';
import { subject } from '../messages.ts';
import { briefLines } from './brief.ts';

const titles = {
  question: 'DECISION NEEDED',
  reminder: 'STILL WAITING FOR A DECISION',
  escalation: 'ESCALATED, DECISION NEEDED',
} as const;

/** The kind of message for a turn of the agenda: `first`, `reminder-2`, `escalation`. */
function kindOf(turn: string): Extract<Turn, keyof typeof titles> {
  if (turn === 'first') return 'question';
  return turn === 'escalation' ? 'escalation' : 'reminder';
}

/**
 * People are asked, or asked again; the message tells how to answer on the command line, too, for
 * channels that have neither a link nor a button.
 */
export function questionNotice(
  turn: string,
  asked: AskedQuestion,
  card: IncidentCard | null,
  stackOptions: string,
): Message {
  const { request } = asked;
  const { incidentId, evidenceDigest, plan } = request;
  const kind = kindOf(turn);
  const command = (verb: string): string =>
    `  npx failover ${verb} ${incidentId} --digest ${evidenceDigest.slice(0, 12)} ` +
    `${stackOptions} --reason "..."`;
  return {
    turn: kind,
    subject: subject(`[${plan}] ${titles[kind]}: ${incidentId}`),
    body: [
      ...briefLines(request.brief),
      `Until ${request.expiresAt}. Needed: ${request.approvalsNeeded} yes of ` +
        `${request.approvers.map(({ name }) => name).join(', ')}; one no ends it.`,
      command('approve'),
      command('reject'),
    ].join('\n'),
    deduplicationKey: `${incidentId}#approval#${evidenceDigest.slice(0, 12)}#${turn}`,
    urgency: 'page',
    card,
    question: asked,
  };
}
