import { request } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { functionUrlEvent } from '../../../lab/front-door/function-url-event.ts';
import type { FrontDoorServer } from '../../../lab/front-door/server.ts';
import { startFrontDoor } from '../../../lab/front-door/server.ts';

const now = new Date('2026-10-02T17:00:00.000Z');
const wire = { sourceIp: '198.51.100.7', at: now, body: new Uint8Array() };
const ok = { statusCode: 200, headers: { 'x-a': 'b' }, body: 'hello', isBase64Encoded: false };

const servers: FrontDoorServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(handler: (event: unknown) => Promise<unknown>): Promise<string> {
  const server = await startFrontDoor(handler, () => now);
  servers.push(server);
  return server.url;
}

describe('The event of a function URL', () => {
  it('has headers in lower case, repeated ones with commas, cookies apart', () => {
    const event = functionUrlEvent({
      ...wire,
      method: 'GET',
      target: '/a%20b?x=1&x=2&y=%C3%A9?',
      headers: [
        ['Host', 'door.lambda-url.eu-central-1.on.aws'],
        ['X-Two', 'a'],
        ['x-two', 'b'],
        ['Cookie', 'c=1; d=2'],
        ['User-Agent', 'a phone'],
      ],
    });
    expect(event).toMatchObject({
      version: '2.0',
      rawPath: '/a%20b',
      rawQueryString: 'x=1&x=2&y=%C3%A9?',
      queryStringParameters: { x: '1,2', y: 'é?' },
      cookies: ['c=1', 'd=2'],
      headers: { host: 'door.lambda-url.eu-central-1.on.aws', 'x-two': 'a,b' },
      requestContext: {
        domainName: 'door.lambda-url.eu-central-1.on.aws',
        domainPrefix: 'door',
        http: { method: 'GET', path: '/a%20b', sourceIp: '198.51.100.7', userAgent: 'a phone' },
        timeEpoch: now.getTime(),
      },
      isBase64Encoded: false,
    });
    expect(event).not.toHaveProperty('body');
    expect(event).not.toHaveProperty('headers.cookie');
  });

  it.each([
    ['application/json', '{"a":"é"}', false],
    ['text/plain; charset=utf-8', 'é', false],
    ['application/x-www-form-urlencoded', 'a=b', true],
    ['multipart/form-data; boundary=x', '--x', true],
    ['', 'a', true],
  ])('hands on a body of %s', (type, text, isBase64Encoded) => {
    const body = Buffer.from(text);
    const headers = type === '' ? [] : [['Content-Type', type] as const];
    expect(functionUrlEvent({ ...wire, method: 'POST', target: '/', headers, body })).toMatchObject(
      {
        body: isBase64Encoded ? body.toString('base64') : text,
        isBase64Encoded,
      },
    );
  });
});

describe('The front door on this machine', () => {
  it.each<[string, (event: unknown) => Promise<unknown>]>([
    ['throws', async () => await Promise.reject(new Error('secret detail'))],
    ['gives no answer', async () => undefined],
    ['gives bytes where it said text', async () => ({ ...ok, isBase64Encoded: true })],
  ])('answers 502 when the function %s', async (_, handler) => {
    const answer = await fetch(await start(handler));
    expect(answer.status).toBe(502);
    expect(await answer.text()).toBe('');
  });

  it('refuses a body of more than 6 MB without asking the function', async () => {
    let calls = 0;
    const url = await start(async () => {
      calls += 1;
      return ok;
    });
    const send = async (bytes: number): Promise<number> =>
      (await fetch(url, { method: 'POST', body: new Uint8Array(bytes) })).status;
    expect(await send(6 * 1024 * 1024)).toBe(200);
    expect(calls).toBe(1);
    await expect(send(6 * 1024 * 1024 + 1).catch(() => 413)).resolves.toBe(413);
    expect(calls).toBe(1);
  });

  it('hands on what was asked, and gives back what was answered', async () => {
    const seen: unknown[] = [];
    const url = await start(async (event) => {
      seen.push(event);
      return { ...ok, statusCode: 303, headers: { location: '/there' } };
    });
    const answer = await fetch(`${url}a?b=c`, { method: 'POST', body: 'x', redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/there']);
    expect(seen).toMatchObject([
      {
        rawPath: '/a',
        rawQueryString: 'b=c',
        requestContext: { http: { method: 'POST' } },
        body: 'x',
      },
    ]);
    const { host } = new URL(url);
    expect(seen).toMatchObject([{ requestContext: { domainName: host } }]);
  });

  it('gives HEAD no body', async () => {
    const answer = await fetch(await start(async () => ok), { method: 'HEAD' });
    expect([answer.status, answer.headers.get('x-a'), await answer.text()]).toEqual([200, 'b', '']);
  });

  it('closes although a connection hangs', async () => {
    const url = await start(async () => ok);
    const hanging = request(url, { method: 'POST', headers: { 'content-length': '10' } });
    const ended = new Promise((resolve) => hanging.once('error', resolve));
    hanging.write('x');
    await new Promise((resolve) =>
      hanging.once('socket', (socket) => socket.once('connect', resolve)),
    );
    for (const server of servers.splice(0)) await server.close();
    expect(await ended).toMatchObject({ code: 'ECONNRESET' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('listens on the loopback interface only', async () => {
    expect(new URL(await start(async () => ok)).hostname).toBe('127.0.0.1');
  });
});
