import { once } from 'node:events';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import type { CaughtMail, MailField, OutgoingMail } from '../world/mail.ts';
import { loopbackPort } from './ports.ts';

/** A mail server that takes every mail and passes none on. */
export interface Mailbox {
  readonly port: number;
  /** Composes a mail as SES does, and hands it to the server over SMTP. */
  carry(mail: OutgoingMail): Promise<void>;
  close(): Promise<void>;
}

/** Headers that the transport writes itself from what it is given. */
const own = ['in-reply-to', 'references'];

/**
 * Starts the server on a free loopback port.
 * @param onMail is given each mail as a mail program reads it
 */
export async function startMailbox(
  onMail: (mail: Omit<CaughtMail, 'at'>) => void,
): Promise<Mailbox> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, session, done) {
      const to = session.envelope.rcptTo.map(({ address }) => address).join(', ');
      void readStream(stream)
        .then(async (raw) => {
          onMail(await readMail(raw, to));
        })
        .then(
          () => {
            done();
          },
          (error: unknown) => {
            done(error instanceof Error ? error : new Error(String(error)));
          },
        );
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const port = loopbackPort(listening);
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true });
  return {
    port,
    async carry({ from, to, subject, html, text, headers, messageId }) {
      const valueOf = (name: string): string | undefined =>
        headers.find((each) => each.name.toLowerCase() === name)?.value;
      const inReplyTo = valueOf('in-reply-to');
      const references = valueOf('references');
      const others = headers.filter(({ name }) => !own.includes(name.toLowerCase()));
      await transport.sendMail({
        ...{ from, to, subject, html, text, messageId },
        ...(inReplyTo === undefined ? {} : { inReplyTo }),
        ...(references === undefined ? {} : { references }),
        headers: others.map(({ name, value }) => ({ key: name, value })),
      });
    },
    async close() {
      transport.close();
      await new Promise<void>((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function readStream(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function readMail(raw: Buffer, to: string): Promise<Omit<CaughtMail, 'at'>> {
  const {
    headers,
    subject = '',
    html = '',
    text = '',
    messageId = '',
  } = await PostalMime.parse(raw);
  const fields: MailField[] = headers.map(({ originalKey, value }) => ({
    name: originalKey,
    value,
  }));
  const from = fields.find(({ name }) => name.toLowerCase() === 'from')?.value ?? '';
  return { from, to, subject, html, text, headers: fields, messageId };
}
