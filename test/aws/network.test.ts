import { Resolver } from 'node:dns/promises';
import * as dgram from 'node:dgram';
import * as net from 'node:net';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createNetwork } from '../../aws/network.ts';
import type { HttpsRequest } from '../../core/network.ts';
import { certificateFor, startHttps, startTcp, startTls } from './loopback.ts';
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

describe('https and trust', () => {
  it('refuses a certificate that nobody vouches for', async () => {
    server = await startTls(good, () => undefined);
    const other = await certificateFor('other.test');
    await failsWith('DEPTH_ZERO_SELF_SIGNED_CERT', () => loopback(other.cert).https(get()));
  });

  it('refuses a certificate of another host', async () => {
    const other = await certificateFor('other.test');
    server = await startTls(other, () => undefined);
    await failsWith('ERR_TLS_CERT_ALTNAME_INVALID', () => loopback(other.cert).https(get()));
  });

  it('refuses an expired certificate', async () => {
    const old = await certificateFor(host, new Date('2020-01-01'), new Date('2021-01-01'));
    server = await startTls(old, () => undefined);
    await failsWith('CERT_HAS_EXPIRED', () => loopback(old.cert).https(get()));
  });

  it.each([
    ['not a url', 'ERR_INVALID_URL'],
    ['http://shop.test/', 'ERR_INVALID_PROTOCOL'],
  ])('refuses %s', async (url, code) => {
    await failsWith(code, () => createNetwork().https({ ...get(), url }));
  });
});

describe('https', () => {
  it('does not follow a redirect', async () => {
    server = await startHttps(good, (socket) => {
      socket.end('HTTP/1.1 302 Found\r\nlocation: https://elsewhere.test/\r\n\r\n');
    });
    await expect(loopback().https(get())).resolves.toMatchObject({ status: 302 });
  });

  it('sends everything it was given, and asks for the connection to close', async () => {
    server = await startHttps(good, (socket, request) => {
      const lines = request.toLowerCase().split('\r\n');
      socket.end(`HTTP/1.1 200 OK\r\n\r\n${lines.slice(0, -1).join('|')}`);
    });
    const { body } = await loopback().https(
      get('/hook?x=1', { method: 'POST', headers: { 'x-id': '7' }, body: '{"a":"ä"}' }),
    );
    expect(body).toContain('post /hook?x=1 http/1.1|');
    for (const line of ['host: shop.test', 'x-id: 7', 'content-length: 10', 'connection: close'])
      expect(body).toContain(`|${line}|`);
  });

  it('opens a new connection for every request', async () => {
    let connections = 0;
    server = await startHttps(good, (socket) => {
      connections += 1;
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    });
    const network = loopback();
    await network.https(get());
    await network.https(get());
    expect(connections).toBe(2);
    await server.drained();
  });
});

describe('tcp', () => {
  it('cuts a connection that never comes about', async () => {
    const network = createNetwork({ connect: () => new Promise<net.Socket>(() => undefined) });
    const target = { host, port: 5432, connectTimeoutMilliseconds: deadline };
    await failsWith('CONNECT_TIMEOUT', () => network.tcp(target));
  });

  it('reports a refused port, and connects to an open one and hangs up', async () => {
    server = await startTcp(() => undefined);
    const target = { host: '127.0.0.1', port: server.port, connectTimeoutMilliseconds: deadline };
    await createNetwork().tcp(target);
    await server.drained();
    await server.close();
    await failsWith('ECONNREFUSED', () => createNetwork().tcp(target));
  });
});

describe('resolve', () => {
  it('gives up on a DNS server that says nothing', async () => {
    silent = dgram.createSocket('udp4');
    const socket = silent;
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const resolver = new Resolver({ timeout: 100, tries: 1 });
    resolver.setServers([`127.0.0.1:${socket.address().port}`]);
    await failsWith('ETIMEOUT', () => createNetwork({ resolver }).resolve(host, 'A'));
  });

  it('gives up on a resolver that never ends', async () => {
    jest.useFakeTimers();
    const never = () => new Promise<string[]>(() => undefined);
    const resolver = { resolve4: never, resolve6: never, resolveCname: never };
    const failed = expect(createNetwork({ resolver }).resolve(host, 'AAAA')).rejects.toMatchObject({
      code: 'ETIMEOUT',
    });
    await jest.advanceTimersByTimeAsync(5000);
    await failed;
    jest.useRealTimers();
  });

  it('asks for the type of record that is wanted', async () => {
    const resolver = {
      resolve4: async () => ['192.0.2.1'],
      resolve6: async () => ['2001:db8::1'],
      resolveCname: async () => ['lb.test'],
    };
    const network = createNetwork({ resolver });
    await expect(network.resolve(host, 'A')).resolves.toEqual(['192.0.2.1']);
    await expect(network.resolve(host, 'AAAA')).resolves.toEqual(['2001:db8::1']);
    await expect(network.resolve(host, 'CNAME')).resolves.toEqual(['lb.test']);
  });
});
