import {
  AccountSuspendedException,
  BadRequestException,
  LimitExceededException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  NotFoundException,
  SendingPausedException,
} from '@aws-sdk/client-sesv2';
import { NotReadyError } from '../../../core/errors.ts';
import { ask } from '../../errors.ts';

/** What SES refuses for good, and what somebody has to do about it. */
const refusals: readonly (readonly [
  Fault: abstract new (...args: never[]) => Error,
  help: string,
])[] = [
  [MessageRejected, 'Verify the sender; in the sandbox every recipient too, or leave the sandbox.'],
  [MailFromDomainNotVerifiedException, 'Put the MX record of the MAIL FROM domain back.'],
  [AccountSuspendedException, 'AWS has suspended sending: open a support case.'],
  [SendingPausedException, 'Sending is paused: `aws sesv2 put-account-sending-attributes`.'],
  [NotFoundException, 'The configuration set is not there: create it, or correct the plan.'],
  [LimitExceededException, 'The quota of SES is used up: ask for a higher one.'],
  [BadRequestException, 'SES does not take this mail: look at the addresses in the plan.'],
];

/**
 * Makes one call of SES. What may pass becomes `UnreachableError`; what SES refuses for good
 * becomes `NotReadyError`, which says what to do; everything else is rethrown.
 */
export async function askSes<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask(what, call);
  } catch (error) {
    const known = refusals.find(([Fault]) => error instanceof Fault);
    if (known === undefined || !(error instanceof Error)) throw error;
    const [, help] = known;
    throw new NotReadyError(`${what}: ${error.name} (${error.message}). ${help}`, {
      cause: error,
    });
  }
}
