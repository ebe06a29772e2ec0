import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { HttpsAnswer, HttpsRequest } from '../../core/network.ts';
import type { DrillCertificates } from '../parts/certificates.ts';
import { loopbackPort } from '../parts/ports.ts';

/** A host that belongs to neither Region: it answers control checks, and is Slack. */
export interface Bystander {
  readonly port: number;
  close(): Promise<void>;
}

type SlackRequest = Pick<HttpsRequest, 'url' | 'headers' | 'body'>;

const LONGEST_BODY = 256 * 1024;

/** Starts the host on a free loopback port. */
export async function startBystander(
  certificates: DrillCertificates,
  onSlack: (request: SlackRequest) => HttpsAnswer,
): Promise<Bystander> {
  const answerTo = (request: IncomingMessage, body: string): HttpsAnswer => {
    if (request.method !== 'POST') return { status: 200, body: 'ok' };
    const url = `https://${request.headers.host ?? ''}${request.url ?? '/'}`;
    const { authorization = '' } = request.headers;
    try {
      return onSlack({ url, headers: { authorization }, body });
    } catch {
      return { status: 400, body: 'invalid_payload' };
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
      const answer = answerTo(request, body);
      response.writeHead(answer.status).end(answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: loopbackPort(server),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
