import { once } from 'node:events';
import { createServer } from 'node:https';
import type { DrillCertificates } from '../parts/certificates.ts';

/** A host that belongs to neither Region: it answers control checks, and takes Slack's posts. */
export interface Bystander {
  readonly port: number;
  close(): Promise<void>;
}

const LONGEST_BODY = 256 * 1024;

/** Starts the host on a free loopback port. */
export async function startBystander(
  certificates: DrillCertificates,
  onSlackPost: (body: string) => void,
): Promise<Bystander> {
  const takes = (method: string | undefined, body: string): boolean => {
    if (method !== 'POST') return true;
    try {
      onSlackPost(body);
      return true;
    } catch {
      return false;
    }
  };
  const { key, cert } = certificates;
  const server = createServer({ key, cert }, (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body = (body + chunk).slice(0, LONGEST_BODY);
    });
    request.on('end', () => {
      response.writeHead(takes(request.method, body) ? 200 : 400).end('ok');
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
