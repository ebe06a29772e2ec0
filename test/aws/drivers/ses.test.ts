import {
  AccountSuspendedException,
  BadRequestException,
  GetAccountCommand,
  GetEmailIdentityCommand,
  LimitExceededException,
  MailFromDomainNotVerifiedException,
  MessageRejected,
  NotFoundException,
  SendEmailCommand,
  SendingPausedException,
  SESv2Client,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { isConcerned, notificationDriver } from '../../../aws/drivers/notifications.ts';
import { Ses } from '../../../aws/drivers/ses/schema.ts';
import { olga, otto } from '../../approval-samples.ts';
import {
  keptReceipts,
  sampleCard,
  sampleMessage,
  sampleQuestion,
  shownRequest,
} from '../../channel-samples.ts';
import { contextWith, examplePlan, refusedConnection, unexpectedCall } from '../support.ts';

const mock = mockClient(SESv2Client);
const section = { kind: 'ses', id: 'mail', from: 'failover@shop.example.com' };
const config = Ses.parse({ ...section, fromName: 'Shop, failover', to: ['team@example.com'] });
const driver = notificationDriver(config);
const $metadata = {};

beforeEach(() => {
  mock.reset();
  mock.onAnyCommand().rejects(unexpectedCall);
});

const sent = () => mock.commandCalls(SendEmailCommand).map(({ args: [{ input }] }) => input);
const addresses = () => sent().flatMap((input) => input.Destination?.ToAddresses ?? []);
const sending = (receipts = keptReceipts()) => ({ ...contextWith(), receipts });

/** Fails every mail to this address. */
function refuse(address: string, error: Error): void {
  mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
  mock.on(SendEmailCommand, { Destination: { ToAddresses: [address] } }).rejects(error);
}

describe('SES', () => {
  it.each([
    [new MessageRejected({ message: 'Address not verified', $metadata }), 'leave the sandbox'],
    [new MailFromDomainNotVerifiedException({ message: 'no MX', $metadata }), 'MAIL FROM'],
    [new AccountSuspendedException({ message: 'suspended', $metadata }), 'support case'],
    [new SendingPausedException({ message: 'paused', $metadata }), 'put-account-sending'],
    [new NotFoundException({ message: 'no set', $metadata }), 'configuration set'],
    [new LimitExceededException({ message: 'limit', $metadata }), 'quota'],
    [new BadRequestException({ message: 'bad', $metadata }), 'addresses in the plan'],
  ])('says what to do about %s, and does not try again', async (error, help) => {
    mock.on(SendEmailCommand).rejects(error);
    await expect(driver.send(sampleMessage(), sending())).rejects.toMatchObject({
      name: 'NotReadyError',
      message: expect.stringMatching(new RegExp(`team@example.com.*${error.name}.*${help}`)),
    });
  });

  it.each([new TooManyRequestsException({ message: 'slow down', $metadata }), refusedConnection()])(
    'may be tried again after %s',
    async (error) => {
      mock.on(SendEmailCommand).rejects(error);
      await expect(driver.send(sampleMessage(), sending())).rejects.toMatchObject({
        name: 'UnreachableError',
      });
    },
  );

  it('names whom it did not reach, and writes only to those when it is tried again', async () => {
    refuse('otto@orders.example.com', new TooManyRequestsException({ message: 'x', $metadata }));
    const receipts = keptReceipts();
    await expect(driver.send(sampleQuestion(), sending(receipts))).rejects.toMatchObject({
      name: 'PartlyToldError',
      message: expect.stringMatching(/^Not reached: otto@orders\.example\.com: Unreachable[^;]*$/),
    });
    expect([...receipts.kept]).toEqual(['olga@orders.example.com', 'team@example.com']);
    mock.reset();
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    await driver.send(sampleQuestion(), sending(receipts));
    expect(addresses()).toEqual(['otto@orders.example.com']);
  });

  it('writes one mail a person: approvers with their own link, others with none', async () => {
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    await driver.send(sampleQuestion(), sending());
    expect(addresses()).toEqual([olga.mail, otto.mail, 'team@example.com']);
    const links = sent().map(({ Content }) =>
      Content?.Simple?.Body?.Text?.Data?.includes('t=olga'),
    );
    expect(links).toEqual([true, false, false]);
  });

  it('writes to nobody twice who is an approver and in the list', async () => {
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const both = notificationDriver({ ...config, to: ['OLGA@orders.example.com'] });
    await both.send(sampleQuestion(), sending());
    expect(addresses()).toEqual([olga.mail, otto.mail]);
  });

  it('tells those who were asked how it ended', async () => {
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const card = sampleCard({ request: shownRequest() });
    await driver.send(sampleMessage({ turn: 'ended', card }), sending());
    expect(addresses()).toEqual([olga.mail, otto.mail, 'team@example.com']);
  });

  it('is concerned with what somebody is to be told, and with phases only if wanted', () => {
    const silent = { ...config, to: [] };
    expect(isConcerned(silent, sampleMessage())).toBe(false);
    expect(isConcerned(silent, sampleQuestion())).toBe(true);
    const phase = sampleMessage({ turn: 'phase' });
    expect(isConcerned(config, phase)).toBe(false);
    expect(isConcerned({ ...config, phases: true }, phase)).toBe(true);
  });

  it('sends from the name and address of the plan, in the standby Region', async () => {
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const named = notificationDriver({ ...config, configurationSet: 'failover' });
    await named.send(sampleMessage(), sending());
    expect(sent()).toMatchObject([
      {
        FromEmailAddress: '"Shop, failover" <failover@shop.example.com>',
        ConfigurationSetName: 'failover',
        Content: { Simple: { Subject: { Data: '[orders] Failover incident orders-1' } } },
      },
    ]);
  });
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
