import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { ask } from '../../errors.ts';
import type { DriverContext } from '../driver.ts';
import { askSes } from './errors.ts';
import { mailAddresses, senderIdentities } from './identities.ts';
import type { Ses } from './schema.ts';

/** What keeps mail from being sent: the account, the sender, and in the sandbox each recipient. */
export async function findSesProblems(config: Ses, context: DriverContext): Promise<string[]> {
  const region = context.plan.regions.standby;
  const client = context.runtime.client(SESv2Client, region);
  const account = await askSes('GetAccount', () => client.send(new GetAccountCommand({})));
  const isVerified = (identity: string) => verified(client, identity);
  const sender = await firstVerified(senderIdentities(config.from), isVerified);
  return [
    ...(account.SendingEnabled === true
      ? []
      : [`SES in ${region} does not send for this account: look at the SES console.`]),
    ...(sender === undefined
      ? [
          `Neither ${config.from} nor its domain is verified in ${region}: ` +
            `aws sesv2 create-email-identity --region ${region} --email-identity ${config.from}`,
        ]
      : []),
    ...(account.ProductionAccessEnabled === true
      ? []
      : await unreachable(config, context, isVerified)),
  ];
}

/** In the sandbox only verified recipients get mail. */
async function unreachable(
  config: Ses,
  { plan }: DriverContext,
  isVerified: (identity: string) => Promise<boolean>,
): Promise<string[]> {
  const problems: string[] = [];
  for (const address of mailAddresses(config, plan)) {
    if ((await firstVerified(senderIdentities(address), isVerified)) !== undefined) continue;
    problems.push(
      `SES in ${plan.regions.standby} is in the sandbox, and ${address} is not verified: leave ` +
        'the sandbox (aws sesv2 put-account-details), or verify the address.',
    );
  }
  return problems;
}

async function firstVerified(
  identities: readonly string[],
  isVerified: (identity: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const identity of identities) if (await isVerified(identity)) return identity;
  return undefined;
}

async function verified(client: SESv2Client, identity: string): Promise<boolean> {
  try {
    const command = new GetEmailIdentityCommand({ EmailIdentity: identity });
    const answer = await ask('GetEmailIdentity', () => client.send(command));
    return answer.VerifiedForSendingStatus === true;
  } catch (error) {
    if (error instanceof NotFoundException) return false;
    throw error;
  }
}
