import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import {
  describeError,
  NotReadyError,
  PartlyToldError,
  UnreachableError,
} from '../../../core/errors.ts';
import { renderMail } from '../../../core/mail/mail.ts';
import type { Message } from '../../../core/messages.ts';
import type { DriverContext, NotificationDriver, Receipts } from '../driver.ts';
import { askSes } from './errors.ts';
import { findSesProblems } from './problems.ts';
import { domainOf } from './identities.ts';
import type { Recipient } from './recipients.ts';
import { recipientsOf } from './recipients.ts';
import type { Ses } from './schema.ts';

/** Accounts out of the sandbox begin with 14 mails a second. */
const AT_ONCE = 10;

/**
 * Sends one mail a recipient: nobody sees another's link. Whoever has a receipt has the mail; a
 * repeated attempt writes only to the others. SES itself does not deduplicate.
 */
export const ses: NotificationDriver<Ses> = {
  async send(config, message, context) {
    const recipients = recipientsOf(config, message);
    const missing = recipients.filter(({ address }) => !context.receipts.has(address));
    const problems: Problem[] = [];
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const group = missing.slice(first, first + AT_ONCE);
      const results = await Promise.all(
        group.map(async (each) => await sendTo(each, config, message, context)),
      );
      problems.push(...results.flatMap((problem) => problem ?? []));
    }
    if (problems.length > 0) throw failure(problems, recipients.length);
  },

  // A mail that was sent is what it is.
  refresh: () => Promise.resolve(),

  findProblems: findSesProblems,
};

interface Problem {
  readonly address: string;
  readonly error: unknown;
}

async function sendTo(
  recipient: Recipient,
  config: Ses,
  message: Message,
  { plan, runtime, receipts }: DriverContext & { readonly receipts: Receipts },
): Promise<Problem | undefined> {
  const { address } = recipient;
  const { subject, html, text, headers } = renderMail(message, recipient, domainOf(config.from));
  const Charset = 'UTF-8';
  const { from, fromName, configurationSet } = config;
  const command = new SendEmailCommand({
    FromEmailAddress: fromName === undefined ? from : `"${fromName}" <${from}>`,
    Destination: { ToAddresses: [address] },
    Content: {
      Simple: {
        Subject: { Data: subject, Charset },
        Body: { Html: { Data: html, Charset }, Text: { Data: text, Charset } },
        Headers: headers.map(({ name, value }) => ({ Name: name, Value: value })),
      },
    },
    ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
  });
  try {
    const client = runtime.client(SESv2Client, plan.regions.standby);
    await askSes('SendEmail', () => client.send(command));
  } catch (error) {
    return { address, error };
  }
  await receipts.keep(address);
  return undefined;
}

/** Names everybody who was not reached. If nobody was, the first reason decides what it is. */
function failure(problems: readonly Problem[], recipients: number): Error {
  const reasons = problems.map(({ address, error }) => `${address}: ${describeError(error)}`);
  const words = `Not reached: ${reasons.join('; ')}`;
  if (problems.length < recipients) return new PartlyToldError(words);
  const [first] = problems;
  const mayPass = first?.error instanceof UnreachableError;
  return mayPass ? new UnreachableError(words) : new NotReadyError(words, { cause: first?.error });
}
