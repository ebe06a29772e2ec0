import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { renderMail } from '../../../core/mail/mail.ts';
import { startMailbox } from '../../../lab/parts/mailbox.ts';
import type { Mailbox } from '../../../lab/parts/mailbox.ts';
import type { CaughtMail } from '../../../lab/world/mail.ts';
import { sampleQuestion } from '../../channel-samples.ts';

const open: Mailbox[] = [];
afterEach(async () => {
  for (const mailbox of open.splice(0)) await mailbox.close();
});

async function start(onMail?: (mail: Omit<CaughtMail, 'at'>) => void) {
  const mails: Omit<CaughtMail, 'at'>[] = [];
  const mailbox = await startMailbox(onMail ?? ((mail) => mails.push(mail)));
  open.push(mailbox);
  return { mailbox, mails };
}

const link = 'https://door.example.com/approvals/orders-1?t=olga&v=1';
const rendered = renderMail(sampleQuestion(), { name: 'Olga', link }, 'orders.example.com');
const mail = {
  from: '"Shop, failover" <failover@orders.example.com>',
  to: 'olga@orders.example.com',
  ...rendered,
  messageId: '<lab-1@eu-central-1.amazonses.com>',
};

describe('the mailbox', () => {
  it('fails to carry what the other side does not take', async () => {
    const { mailbox } = await start(() => {
      throw new Error('full');
    });
    await expect(mailbox.carry(mail)).rejects.toThrow('full');
  });

  it('catches over SMTP what was sent, as a mail program reads it', async () => {
    const { mailbox, mails } = await start();
    await mailbox.carry({ ...mail, subject: `${mail.subject} – über alles` });
    const [caught] = mails;
    expect(caught).toMatchObject({
      from: mail.from,
      to: mail.to,
      subject: 'Re: [orders] Failover incident orders-1 – über alles',
      messageId: mail.messageId,
      html: expect.stringContaining('Open the decision page'),
      text: expect.stringContaining(link),
    });
    const valueOf = (name: string) =>
      caught?.headers.flatMap((each) => (each.name === name ? [each.value] : []));
    const root = '<orders-1.incident@orders.example.com>';
    expect(valueOf('In-Reply-To')).toEqual([root]);
    expect(valueOf('References')).toEqual([root]);
    expect(valueOf('Auto-Submitted')).toEqual(['auto-generated']);
    expect(valueOf('Importance')).toEqual(['high']);
  });

  it('is on the loopback interface only, and gone after it was closed', async () => {
    const mailbox = await startMailbox(() => undefined);
    await mailbox.close();
    const refused = await new Promise((resolve) => {
      connect({ host: '127.0.0.1', port: mailbox.port }).once('error', resolve);
    });
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
