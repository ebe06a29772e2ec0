import {
  GetAccountCommand,
  GetEmailIdentityCommand,
  NotFoundException,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { notificationDriver } from '../../../aws/drivers/notifications.ts';
import { Ses } from '../../../aws/drivers/ses/schema.ts';
import { contextWith, examplePlan, unexpectedCall } from '../support.ts';

const mock = mockClient(SESv2Client);
const section = { kind: 'ses', id: 'mail', from: 'failover@shop.example.com' };
const driver = notificationDriver(Ses.parse({ ...section, to: ['team@example.com'] }));
const $metadata = {};

beforeEach(() => {
  mock.reset();
  mock.onAnyCommand().rejects(unexpectedCall);
});

describe('the problems of SES', () => {
  const plan = examplePlan({
    authorization: {
      approvers: [{ name: 'Ada', mail: 'ada@people.example.org' }],
      unfenced: { policy: 'ask' },
    },
  });
  const verified = (...identities: string[]) => {
    mock.on(GetEmailIdentityCommand).rejects(new NotFoundException({ message: 'none', $metadata }));
    for (const EmailIdentity of identities) {
      mock
        .on(GetEmailIdentityCommand, { EmailIdentity })
        .resolves({ VerifiedForSendingStatus: true });
    }
  };
  const account = (ProductionAccessEnabled: boolean, SendingEnabled = true) =>
    mock.on(GetAccountCommand).resolves({ ProductionAccessEnabled, SendingEnabled });
  const problems = () => driver.findProblems(contextWith({ plan }));

  it('are what AWS does not tell, too', async () => {
    expect(await problems()).toEqual(['Error: This call was not expected.']);
  });

  it('are a sender that is not verified, and one whose verification is pending', async () => {
    account(true);
    verified();
    mock
      .on(GetEmailIdentityCommand, { EmailIdentity: 'example.com' })
      .resolves({ VerifiedForSendingStatus: false });
    expect(await problems()).toEqual([
      expect.stringMatching(/^Neither failover@shop.example.com .* create-email-identity --region/),
    ]);
  });

  it('are an account that does not send', async () => {
    account(true, false);
    verified('example.com');
    expect(await problems()).toEqual([expect.stringContaining('does not send')]);
  });

  it('are recipients and approvers that the sandbox does not know', async () => {
    account(false);
    verified('shop.example.com', 'team@example.com');
    expect(await problems()).toEqual([
      expect.stringMatching(/sandbox, and ada@people.example.org is not verified/),
    ]);
  });

  it.each([['failover@shop.example.com'], ['shop.example.com'], ['example.com']])(
    'are none once %s is verified, out of the sandbox',
    async (identity) => {
      account(true);
      verified(identity);
      expect(await problems()).toEqual([]);
    },
  );
});
