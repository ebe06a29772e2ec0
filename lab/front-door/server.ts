import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import * as z from 'zod';
import { functionUrlEvent } from './function-url-event.ts';

/** A function URL takes no larger body. */
const MOST_BODY_BYTES = 6 * 1024 * 1024;

/** What a function gives back to its URL. */
const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isBase64Encoded: z.literal(false),
});

/** The front door on this machine. */
export interface FrontDoorServer {
  /** `http://127.0.0.1:PORT/`, as a function URL ends with a slash. */
  readonly url: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

/**
 * Serves a function as its URL would, on the loopback interface only. A function that throws is
 * answered with 502, as AWS does it.
 */
export async function startFrontDoor(
  handler: (event: unknown) => Promise<unknown>,
  now: () => Date,
): Promise<FrontDoorServer> {
  const server = createServer((request, response) => {
    void serve(request, response, handler, now());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handler: (event: unknown) => Promise<unknown>,
  at: Date,
): Promise<void> {
  try {
    const body = await bodyOf(request);
    if (body === undefined) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    const event = functionUrlEvent({
      method: request.method ?? '',
      target: request.url ?? '/',
      headers: pairs(request.rawHeaders),
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      at,
    });
    const answer = Answer.parse(await handler(event));
    response.writeHead(answer.statusCode, answer.headers);
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  } catch {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }
}

/** The body; undefined if it is too large, and then the rest of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) throw new Error('The body is read as bytes.');
    bytes += chunk.byteLength;
    if (bytes > MOST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : [],
  );
}
