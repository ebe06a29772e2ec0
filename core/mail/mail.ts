import type { Message } from '../messages.ts';
import { incidentOf } from '../messages.ts';
import { cut, oneLine, plainText, showInstant } from '../text.ts';
import { mailHtml } from './html.ts';

/** A mail as it is handed to whoever sends it. */
export interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Header fields besides those that the sender writes; one line each, ASCII. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** To whom a mail goes, and the personal link to decide by, if there is one. */
export interface Addressee {
  readonly name: string | undefined;
  readonly link: string | undefined;
}

const LONGEST_SUBJECT = 120;
const LONGEST_TEXT = 60_000;

/**
 * A message as mail. The subject is the same for all mails of an incident, so that mail programs
 * keep them in one thread; what has happened is the first line, which a telephone shows beside it.
 * @param domain that of the sender, for the thread's id
 */
export function renderMail(message: Message, addressee: Addressee, domain: string): Mail {
  const headline = headlineOf(message);
  const link =
    addressee.link === undefined
      ? []
      : [`Decide here (this link is yours alone):\n${addressee.link}`, ''];
  const body = cut(plainText(message.body), LONGEST_TEXT);
  return {
    subject: subjectOf(message),
    html: mailHtml(message, headline, addressee),
    text: `${[headline, '', ...link, body].join('\n')}\n`,
    headers: headersOf(message, domain),
  };
}

/**
 * What has happened, in one line: the message's subject without the plan's name and the incident's
 * id, which are in the mail's own subject; and until when, if something is asked.
 */
function headlineOf(message: Message): string {
  const { subject, question } = message;
  const incident = incidentOf(message);
  if (incident === undefined) return oneLine(subject, 200);
  const turn = subject
    .replace(/^\[[^\]]*\] /, '')
    .replace(`: ${incident.incidentId}`, '')
    .replace(` (${incident.incidentId})`, '');
  if (question === null) return oneLine(turn, 200);
  const { brief, expiresAt } = question.request;
  return oneLine(`${turn} for ${brief.service}, until ${showInstant(expiresAt)}`, 200);
}

function subjectOf(message: Message): string {
  const incident = incidentOf(message);
  if (incident === undefined) return oneLine(message.subject, LONGEST_SUBJECT);
  const words = `[${incident.plan}] Failover incident ${incident.incidentId}`;
  return oneLine(message.turn === 'opened' ? words : `Re: ${words}`, LONGEST_SUBJECT);
}

function headersOf(message: Message, domain: string): Mail['headers'] {
  const incident = incidentOf(message);
  // The sender's service writes the Message-ID: what all mails of an incident refer to is a root
  // that was never sent, which mail programs take as well.
  const root =
    incident === undefined ? [] : [`<${ascii(incident.incidentId)}.incident@${ascii(domain)}>`];
  return [
    ...root.flatMap((value) => [
      { name: 'In-Reply-To', value },
      { name: 'References', value },
    ]),
    { name: 'Auto-Submitted', value: 'auto-generated' },
    ...(message.urgency === 'page'
      ? [
          { name: 'Importance', value: 'high' },
          { name: 'X-Priority', value: '1' },
        ]
      : []),
  ];
}

/** Letters, digits, dots and hyphens: nothing that could end a header field or an id. */
function ascii(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]/g, '').slice(0, 200);
}
