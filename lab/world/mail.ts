import type { Plan } from '../../aws/plan.ts';
import type { World } from './world.ts';

/** A header field of a mail. */
export interface MailField {
  readonly name: string;
  readonly value: string;
}

/** A mail as SES was given it, for one recipient. */
export interface OutgoingMail {
  /** With the display name, as SES was given it. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly headers: readonly MailField[];
  /** SES writes its own over any other. */
  readonly messageId: string;
}

/** A mail as it lies in somebody's mailbox. */
export interface CaughtMail extends OutgoingMail {
  readonly at: Date;
}

/** The account's SES in the standby Region, as an operator has set it up. */
export interface LabSes {
  sendingEnabled: boolean;
  /** Out of the sandbox. */
  productionAccess: boolean;
  /** Verified addresses and domains. */
  readonly identities: Set<string>;
  readonly configurationSets: Set<string>;
  /** What sending to an address fails with, by address; for tests. */
  readonly refusals: Map<string, () => Error>;
  /** Every mail that arrived, oldest first. */
  readonly mails: CaughtMail[];
  /** Brings a mail to its mailbox; a drill sends it over SMTP. */
  carry: (mail: OutgoingMail) => Promise<void>;
}

/** SES out of the sandbox, with the senders of the plan verified. */
export function createSes(plan: Plan, now: () => Date, deliveries: World['deliveries']): LabSes {
  const channels = plan.notifications.flatMap((each) => (each.kind === 'ses' ? [each] : []));
  const ses: LabSes = {
    sendingEnabled: true,
    productionAccess: true,
    identities: new Set(channels.map(({ from }) => from.slice(from.lastIndexOf('@') + 1))),
    configurationSets: new Set(channels.flatMap(({ configurationSet }) => configurationSet ?? [])),
    refusals: new Map(),
    mails: [],
    carry: (mail) => {
      catchMail(ses, deliveries, { ...mail, at: now() });
      return Promise.resolve();
    },
  };
  return ses;
}

/**
 * Lays a mail into the mailbox, and among what people were told: there by its first line, which is
 * what a telephone shows beside a subject that is the same for every mail of an incident.
 */
export function catchMail(ses: LabSes, deliveries: World['deliveries'], mail: CaughtMail): void {
  ses.mails.push(mail);
  const [first = '', ...rest] = mail.text.split('\n');
  deliveries.push({ at: mail.at, channel: 'mail', subject: first, body: rest.join('\n') });
}
