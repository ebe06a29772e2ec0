import { Resolver } from 'node:dns/promises';
import * as http from 'node:http';
import * as net from 'node:net';
import * as tls from 'node:tls';
import { NetworkError } from '../core/network.ts';
import type { HttpsAnswer, HttpsRequest, Network } from '../core/network.ts';
import { parseUrl, toNetworkError } from './network-errors.ts';

/** The part of a DNS resolver that is used. */
interface DnsResolver {
  resolve4(name: string): Promise<string[]>;
  resolve6(name: string): Promise<string[]>;
  resolveCname(name: string): Promise<string[]>;
}

/** What a lab or a test replaces. */
export interface NetworkOptions {
  /** Opens the TCP connection, resolving the name in its own way; connected or still connecting. */
  readonly connect?: (target: Target) => Promise<net.Socket> | net.Socket;
  readonly resolver?: DnsResolver;
  /** Certificates to trust instead of the machine's. */
  readonly ca?: string | string[];
}

interface Target {
  readonly host: string;
  readonly port: number;
}

const bodyLimitBytes = 64 * 1024;
const resolveTimeoutMilliseconds = 5000;

/**
 * The network on Node's own modules. Every deadline destroys the socket, whatever the other side
 * does: a server that accepts and says nothing, drips bytes or hangs in TLS cannot hold a caller.
 * No connection is used twice and no redirect is followed, so that an answer is about the URL
 * that was asked, now.
 */
export function createNetwork(options: NetworkOptions = {}): Network {
  const resolver = options.resolver ?? new Resolver({ timeout: 1500, tries: 2 });
  return {
    async https(request) {
      const url = parseUrl(request.url);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const target = { host, port: Number(url.port || 443) };
      const socket = await within(
        request.connectTimeoutMilliseconds,
        'CONNECT_TIMEOUT',
        async (signal) =>
          await openTls(await openTcp(target, options, signal), host, options, signal),
      );
      try {
        return await within(request.readTimeoutMilliseconds, 'READ_TIMEOUT', (signal) =>
          exchange(socket, url, request, signal),
        );
      } finally {
        socket.destroy();
      }
    },

    async tcp({ host, port, connectTimeoutMilliseconds }) {
      const socket = await within(connectTimeoutMilliseconds, 'CONNECT_TIMEOUT', (signal) =>
        openTcp({ host, port }, options, signal),
      );
      socket.destroy();
    },

    async resolve(name, recordType) {
      return await within(resolveTimeoutMilliseconds, 'ETIMEOUT', async () => {
        if (recordType === 'A') return await resolver.resolve4(name);
        if (recordType === 'AAAA') return await resolver.resolve6(name);
        return await resolver.resolveCname(name);
      });
    },
  };
}

/** Runs one phase. When its time is up the signal destroys the phase's sockets. */
async function within<Result>(
  milliseconds: number,
  code: string,
  phase: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const controller = new AbortController();
  const timer = setTimeout(() => {
    const timeout = new NetworkError(code, `No answer within ${milliseconds} ms.`);
    controller.abort(timeout);
    reject(timeout);
  }, milliseconds);
  try {
    return await Promise.race([phase(controller.signal), cut]);
  } catch (error) {
    controller.abort(error);
    throw toNetworkError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Ties a socket to the phase: an abort destroys it, also if it comes too late. */
function tie(socket: net.Socket, signal: AbortSignal): void {
  // A destroyed socket may still emit an error; nobody may be listening by then.
  socket.on('error', () => undefined);
  if (signal.aborted) socket.destroy();
  else signal.addEventListener('abort', () => socket.destroy(), { once: true });
}

async function openTcp(
  target: Target,
  options: NetworkOptions,
  signal: AbortSignal,
): Promise<net.Socket> {
  const socket = await (options.connect ?? connectByName)(target);
  tie(socket, signal);
  if (socket.connecting) await event(socket, 'connect');
  else if (socket.errored) throw socket.errored;
  return socket;
}

/**
 * Node tries one address after the other and gives each only 250 ms, which a connection to a
 * distant Region may well need; the phase's own deadline is the limit instead.
 */
function connectByName({ host, port }: Target): net.Socket {
  return net.connect({ host, port, autoSelectFamilyAttemptTimeout: 1000 });
}

async function openTls(
  socket: net.Socket,
  host: string,
  { ca }: NetworkOptions,
  signal: AbortSignal,
): Promise<tls.TLSSocket> {
  const secured = tls.connect({
    socket,
    host,
    ALPNProtocols: ['http/1.1'],
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
  });
  tie(secured, signal);
  await event(secured, 'secureConnect');
  return secured;
}

/** Waits for the event, or for the error or end that comes instead. */
async function event(socket: net.Socket, name: 'connect' | 'secureConnect'): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once(name, resolve);
    socket.once('error', reject);
    socket.once('close', () => {
      reject(new NetworkError('ECONNRESET', 'The connection was closed before it was ready.'));
    });
  });
}

/** Sends the request on the open connection, reads the answer up to the body limit. */
async function exchange(
  socket: tls.TLSSocket,
  url: URL,
  { method, headers, body }: HttpsRequest,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  tie(socket, signal);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const request = http.request(url.href.replace(/^https:/, 'http:'), {
    method,
    headers: { host: url.host, connection: 'close', ...headers, ...length },
    createConnection: () => socket,
  });
  request.once('response', resolve);
  request.on('error', reject);
  request.end(body);
  const answer = await promise;
  return { status: answer.statusCode ?? 0, body: await readBody(answer) };
}

async function readBody(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    const part: unknown = chunk;
    if (!Buffer.isBuffer(part)) continue;
    chunks.push(part);
    bytes += part.length;
    if (bytes >= bodyLimitBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bodyLimitBytes).toString('utf8');
}
