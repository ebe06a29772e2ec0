import { once } from 'node:events';
import { createServer } from 'node:https';
import * as z from 'zod';
import type { DrillCertificates } from '../parts/certificates.ts';

/** A host that belongs to neither Region: it answers control checks, and takes Slack's posts. */
export interface Bystander {
  readonly port: number;
  close(): Promise<void>;
}

const SlackMessage = z.object({ text: z.string() });
const LONGEST_BODY = 256 * 1024;

/** Starts the host on a free loopback port. */
export async function startBystander(
  certificates: DrillCertificates,
  onSlackMessage: (text: string) => void,
): Promise<Bystander> {
  const { key, cert } = certificates;
  const server = createServer({ key, cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body = (body + chunk).slice(0, LONGEST_BODY);
    });
    request.on('end', () => {
      const message = request.method === 'POST' ? SlackMessage.safeParse(parse(body)) : undefined;
      if (message?.success === true) onSlackMessage(message.data.text);
      response.writeHead(message?.success === false ? 400 : 200).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
