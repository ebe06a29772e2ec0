import {
  BadRequestException,
  MessageRejected,
  NotFoundException,
  SendingPausedException,
} from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import type { LabSes } from '../world/mail.ts';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

const Part = z.strictObject({ Data: z.string(), Charset: z.literal('UTF-8') });
const $metadata = {};

/** SES in one Region: verified senders, the sandbox, and mail that arrives. */
export const sesV2: Service = {
  ...modelled(
    'SendEmailCommand',
    z.strictObject({
      FromEmailAddress: z.string(),
      Destination: z.strictObject({ ToAddresses: z.tuple([z.string()]) }),
      Content: z.strictObject({
        Simple: z.strictObject({
          Subject: Part,
          Body: z.strictObject({ Html: Part, Text: Part }),
          Headers: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).max(15),
        }),
      }),
      ConfigurationSetName: z.string().optional(),
    }),
    async (
      { FromEmailAddress: from, Destination, Content, ConfigurationSetName: set },
      context,
    ) => {
      const { ses } = context.world;
      const [to] = Destination.ToAddresses;
      const { Subject, Body, Headers } = Content.Simple;
      const headers = Headers.map(({ Name, Value }) => ({ name: Name, value: Value }));
      refuseForm([Subject.Data, from, to], headers);
      refuseSender(ses, from, to, set);
      const refusal = ses.refusals.get(to);
      if (refusal !== undefined) throw refusal();
      const MessageId = `lab-${String(ses.mails.length + 1).padStart(6, '0')}`;
      const parts = { subject: Subject.Data, html: Body.Html.Data, text: Body.Text.Data };
      const messageId = `<${MessageId}@${context.region}.amazonses.com>`;
      await ses.carry({ from, to, ...parts, headers, messageId });
      return { MessageId };
    },
  ),

  ...modelled('GetAccountCommand', z.strictObject({}), (_, { world: { ses } }) => ({
    ProductionAccessEnabled: ses.productionAccess,
    SendingEnabled: ses.sendingEnabled,
  })),

  ...modelled(
    'GetEmailIdentityCommand',
    z.strictObject({ EmailIdentity: z.string() }),
    ({ EmailIdentity }, { world: { ses } }) => {
      if (!ses.identities.has(EmailIdentity)) {
        throw new NotFoundException({ message: `No identity ${EmailIdentity}.`, $metadata });
      }
      return { VerifiedForSendingStatus: true };
    },
  ),
};

/** What could end a header and begin another is refused, as SES does. */
function refuseForm(
  lines: readonly string[],
  headers: readonly { readonly name: string; readonly value: string }[],
): void {
  const broken = lines.find((line) => /[\r\n\0]/.test(line));
  const wrong = headers.find(
    ({ name, value }) =>
      !/^[!-9;-~]{1,126}$/.test(name) ||
      !/^[ -~]{1,995}$/.test(value) ||
      name.length + value.length > 996,
  );
  const what = broken === undefined ? wrong?.name : 'a control character';
  if (what === undefined) return;
  throw new BadRequestException({ message: `Invalid header: ${what}`, $metadata });
}

function refuseSender(ses: LabSes, from: string, to: string, set: string | undefined): void {
  if (!ses.sendingEnabled) {
    throw new SendingPausedException({ message: 'Sending is paused for this account.', $metadata });
  }
  if (set !== undefined && !ses.configurationSets.has(set)) {
    throw new NotFoundException({ message: `No configuration set ${set}.`, $metadata });
  }
  const sender = /<([^>]+)>$/.exec(from)?.[1] ?? from;
  const mustBeVerified = ses.productionAccess ? [sender] : [sender, to];
  const missing = mustBeVerified.filter((address) => !isVerified(ses, address));
  if (missing.length === 0) return;
  throw new MessageRejected({
    message: `Email address is not verified: ${missing.join(', ')}`,
    $metadata,
  });
}

/** A verified domain covers its subdomains. */
function isVerified({ identities }: LabSes, address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return [...identities].some(
    (each) => each === address || each === domain || domain.endsWith(`.${each}`),
  );
}
