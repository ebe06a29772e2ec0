import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { describeError, NotReadyError, UnreachableError } from '../../../core/errors.ts';
import { renderMail } from '../../../core/mail/mail.ts';
import type { Message } from '../../../core/messages.ts';
import type { DriverContext, Missed, NotificationDriver, Receipts } from '../driver.ts';
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
 * repeated attempt writes only to the others, and again to those who could not answer what they
 * got and can answer this. SES itself does not deduplicate.
 */
export const ses: NotificationDriver<Ses> = {
  asks: (config, message) =>
    recipientsOf(config, message).flatMap(({ name, canAnswer }) =>
      name !== undefined && canAnswer === true ? [name] : [],
    ),

  async send(config, message, context) {
    const recipients = recipientsOf(config, message);
    const { receipts } = context;
    const missing = recipients.filter(
      (each) => !receipts.has(each.address) && !receipts.has(receiptOf(each)),
    );
    const missed: Missed[] = [];
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const group = missing.slice(first, first + AT_ONCE);
      const results = await Promise.all(
        group.map(async (each) => await sendTo(each, config, message, context)),
      );
      missed.push(...results.flatMap((each) => each ?? []));
    }
    if (missed.length > 0 && missed.length === recipients.length) throw failure(missed);
    const unreached = new Set(missed.map(({ recipient }) => recipient));
    const helpless = recipients.filter(
      ({ address, canAnswer }) =>
        canAnswer === false && !receipts.has(address) && !unreached.has(address),
    );
    return [...missed, ...helpless.map(withoutWay)];
  },

  // A mail that was sent is what it is.
  refresh: () => Promise.resolve(),

  findProblems: findSesProblems,
};

/** A mail that cannot be answered is not the mail that was to be sent. */
const receiptOf = ({ address, canAnswer }: Recipient): string =>
  canAnswer === false ? `${address}#no-way-to-answer` : address;

function withoutWay({ address, name }: Recipient): Missed {
  const error = new NotReadyError('Has the mail, but neither a link to decide by nor iam.');
  return { recipient: address, approver: name, error };
}

async function sendTo(
  recipient: Recipient,
  config: Ses,
  message: Message,
  { runtime, receipts }: DriverContext & { readonly receipts: Receipts },
): Promise<Missed | undefined> {
  const { address, name: approver } = recipient;
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
    const client = runtime.client(SESv2Client, runtime.environment.region);
    await askSes('SendEmail', () => client.send(command));
  } catch (error) {
    return { recipient: address, approver, error };
  }
  await receipts.keep(receiptOf(recipient));
  return undefined;
}

/** Names everybody, as nobody was reached. What may pass for one of them may be tried again. */
function failure(missed: readonly Missed[]): Error {
  const reasons = missed.map(({ recipient, error }) => `${recipient}: ${describeError(error)}`);
  const words = `Not reached: ${reasons.join('; ')}`;
  const cause = missed[0]?.error;
  const mayPass = missed.some(({ error }) => error instanceof UnreachableError);
  return mayPass ? new UnreachableError(words, { cause }) : new NotReadyError(words, { cause });
}
