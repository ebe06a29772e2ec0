import {
  AccountSuspendedException,
  BadRequestException,
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
import { contextWith, refusedConnection, unexpectedCall } from '../support.ts';

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
    const missed = await driver.send(sampleQuestion(), sending(receipts));
    expect(missed).toMatchObject([
      { recipient: otto.mail, approver: otto.name, error: { name: 'UnreachableError' } },
    ]);
    expect([...receipts.kept]).toEqual(['olga@orders.example.com', 'team@example.com']);
    mock.reset();
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    await driver.send(sampleQuestion(), sending(receipts));
    expect(addresses()).toEqual(['otto@orders.example.com']);
  });

  it('may be tried again if that may help one of them', async () => {
    mock.on(SendEmailCommand).rejects(new BadRequestException({ message: 'bad', $metadata }));
    const slow = new TooManyRequestsException({ message: 'x', $metadata });
    mock.on(SendEmailCommand, { Destination: { ToAddresses: ['team@example.com'] } }).rejects(slow);
    await expect(driver.send(sampleQuestion(), sending())).rejects.toMatchObject({
      name: 'UnreachableError',
    });
  });

  it('misses whoever could not answer their mail, and writes to them once more when they can', async () => {
    mock.on(SendEmailCommand).resolves({ MessageId: 'm' });
    const helpless = shownRequest({ approvers: [{ name: olga.name, mail: olga.mail ?? '' }] });
    const withLink = sampleQuestion('first', helpless);
    const without = { ...withLink, question: { request: helpless, links: new Map() } };
    const receipts = keptReceipts();
    const [missed] = await driver.send(without, sending(receipts));
    expect(missed).toMatchObject({ recipient: olga.mail, error: { name: 'NotReadyError' } });
    expect(driver.asks(without)).toEqual([]);
    expect(await driver.send(without, sending(receipts))).toHaveLength(1);
    expect(await driver.send(withLink, sending(receipts))).toEqual([]);
    expect(driver.asks(withLink)).toEqual([olga.name]);
    // Whoever has a link already misses nothing where another one cannot be made.
    expect(await driver.send(without, sending(receipts))).toEqual([]);
    expect(addresses()).toEqual([olga.mail, 'team@example.com', olga.mail]);
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
