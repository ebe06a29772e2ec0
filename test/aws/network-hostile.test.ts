import type * as dgram from 'node:dgram';
import * as net from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createNetwork } from '../../aws/network.ts';
import type { HttpsRequest } from '../../core/network.ts';
import { certificateFor, startHttps, startTcp } from './loopback.ts';
import type { Certificate, Loopback } from './loopback.ts';

const host = 'shop.test';
const deadline = 300;
let good: Certificate;
let server: Loopback | undefined;
let silent: dgram.Socket | undefined;

beforeAll(async () => {
  good = await certificateFor(host);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  silent?.close();
  silent = undefined;
});

/** A network that finds every host at the server of this test. */
function loopback(ca: string | undefined = good.cert) {
  const { port } = server ?? { port: 1 };
  return createNetwork({ ca, connect: () => net.connect({ host: '127.0.0.1', port }) });
}

function get(path = '/health', more: Partial<HttpsRequest> = {}): HttpsRequest {
  return {
    url: `https://${host}${path}`,
    method: 'GET',
    connectTimeoutMilliseconds: deadline,
    readTimeoutMilliseconds: deadline,
    ...more,
  };
}

/** Runs the call, expects this code soon, and that the server saw the connection end. */
async function failsWith(code: string, call: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await expect(call()).rejects.toMatchObject({ name: 'NetworkError', code });
  expect(performance.now() - started).toBeLessThan(deadline * 5);
  await server?.drained();
}

describe('https against a hostile server', () => {
  it('cuts a connection that never comes about', async () => {
    const network = createNetwork({ connect: () => new Promise<net.Socket>(() => undefined) });
    await failsWith('CONNECT_TIMEOUT', () => network.https(get()));
  });

  it('destroys a connection that comes about too late', async () => {
    const late = new net.Socket();
    const { promise, resolve } = Promise.withResolvers<net.Socket>();
    const network = createNetwork({ connect: () => promise });
    await failsWith('CONNECT_TIMEOUT', () => network.https(get()));
    resolve(late);
    await promise;
    await new Promise(setImmediate);
    expect(late.destroyed).toBe(true);
  });

  it('cuts a server that accepts and hangs in TLS', async () => {
    server = await startTcp(() => undefined);
    await failsWith('CONNECT_TIMEOUT', () => loopback().https(get()));
  });

  it('cuts a server that hears the request and says nothing', async () => {
    server = await startHttps(good, () => undefined);
    await failsWith('READ_TIMEOUT', () => loopback().https(get()));
  });

  it('cuts a server that drips its headers', async () => {
    server = await startHttps(good, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      drip(socket, 'x-drip: 1\r\n');
    });
    await failsWith('READ_TIMEOUT', () => loopback().https(get()));
  });

  it('cuts a server that drips its body', async () => {
    server = await startHttps(good, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      drip(socket, 'x');
    });
    await failsWith('READ_TIMEOUT', () => loopback().https(get()));
  });

  it('cuts a server that continues for ever', async () => {
    server = await startHttps(good, (socket) => {
      drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n');
    });
    await failsWith('READ_TIMEOUT', () => loopback().https(get()));
  });

  it('cuts a server that is unreachable behind a refused port', async () => {
    server = await startTcp(() => undefined);
    const network = loopback();
    await server.close();
    await failsWith('ECONNREFUSED', () => network.https(get()));
  });

  it('reports a server that hangs up in TLS, before the answer and within it', async () => {
    server = await startTcp((socket) => socket.destroy());
    await failsWith('ECONNRESET', () => loopback().https(get()));
    await server.close();
    server = await startHttps(good, (socket) => socket.destroy());
    await failsWith('ECONNRESET', () => loopback().https(get()));
    await server.close();
    server = await startHttps(good, (socket) => {
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nshort');
    });
    await failsWith('ECONNRESET', () => loopback().https(get()));
  });

  it('reports an answer that is not HTTP', async () => {
    server = await startHttps(good, (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    await failsWith('HPE_INVALID_CONSTANT', () => loopback().https(get()));
  });

  it('stops at 64 KiB of a body that never ends', async () => {
    server = await startHttps(good, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      drip(socket, 'x'.repeat(50_000), 5);
    });
    const { status, body } = await loopback().https(get());
    expect(status).toBe(200);
    expect(body).toBe('x'.repeat(64 * 1024));
    await server.drained();
  });
});

/** Writes this again and again until the other side has gone. */
function drip(socket: net.Socket, text: string, everyMilliseconds = 50): void {
  const timer = setInterval(() => socket.write(text), everyMilliseconds);
  socket.once('close', () => {
    clearInterval(timer);
  });
}
