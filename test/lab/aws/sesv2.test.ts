import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from '@jest/globals';
import { openBench } from '../../functions/support.ts';

async function prepare() {
  const { world, runtime } = await openBench();
  const client = runtime.client(SESv2Client, 'eu-central-1');
  const part = { Data: 'x', Charset: 'UTF-8' };
  const send = async (
    change: {
      from?: string;
      to?: string;
      subject?: string;
      headers?: { Name: string; Value: string }[];
      set?: string;
    } = {},
  ) =>
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: change.from ?? 'failover@orders.example.com',
        Destination: { ToAddresses: [change.to ?? 'team@orders.example.com'] },
        Content: {
          Simple: {
            Subject: { Data: change.subject ?? 'x', Charset: 'UTF-8' },
            Body: { Html: part, Text: part },
            Headers: change.headers ?? [],
          },
        },
        ...(change.set === undefined ? {} : { ConfigurationSetName: change.set }),
      }),
    );
  return { ses: world.ses, send };
}

describe('the lab’s SES refuses', () => {
  it.each([
    ['a subject of two lines', { subject: 'x\r\nBcc: y@example.com' }, 'BadRequestException'],
    [
      'a header of two lines',
      { headers: [{ Name: 'References', Value: '<a>\r\nBcc: y@example.com' }] },
      'BadRequestException',
    ],
    ['a header that is not ASCII', { headers: [{ Name: 'X', Value: 'ü' }] }, 'BadRequestException'],
    ['a header without end', { headers: [{ Name: 'X', Value: 'x'.repeat(996) }] }, 'BadRequest'],
    ['a sender that is not verified', { from: 'x@evil.example' }, 'MessageRejected'],
    ['a configuration set that is not there', { set: 'none' }, 'NotFoundException'],
  ])('%s', async (_, change, name) => {
    const { send, ses } = await prepare();
    await expect(send(change)).rejects.toMatchObject({ name: expect.stringContaining(name) });
    expect(ses.mails).toEqual([]);
  });

  it('recipients that are not verified, in the sandbox', async () => {
    const { send, ses } = await prepare();
    ses.productionAccess = false;
    await expect(send({ to: 'x@elsewhere.example' })).rejects.toMatchObject({
      name: 'MessageRejected',
    });
    await send({ to: 'x@orders.example.com' });
    expect(ses.mails).toHaveLength(1);
  });
});

describe('the lab’s SES', () => {
  it('brings mail under a Message-ID of its own', async () => {
    const { send, ses } = await prepare();
    await send();
    expect(ses.mails[0]?.messageId).toBe('<lab-000001@eu-central-1.amazonses.com>');
  });
});
