import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAddressBook } from '../../../lab/parts/address-book.ts';
import { sleep } from './support.ts';

const REGION = { host: '192.0.2.10', port: 443 };

describe('the address book', () => {
  let server: Server;
  let port = 0;

  beforeAll(async () => {
    server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address === 'object' && address !== null) port = address.port;
  });
  afterAll(() => {
    server.close();
  });

  it('connects an address to the loopback port that stands for it', async () => {
    const book = createAddressBook();
    book.set(REGION, port);
    const socket = book.dial(REGION);
    expect(socket.connecting).toBe(true);
    const data = await new Promise((resolve) => socket.once('data', resolve));
    expect(String(data)).toBe('hello');
    expect(socket.remoteAddress).toBe('127.0.0.1');
    socket.destroy();
  });

  it('refuses what is not in the book, and another port of an address that is', async () => {
    const book = createAddressBook();
    book.set(REGION, port);
    for (const endpoint of [
      { host: '203.0.113.9', port: 443 },
      { host: REGION.host, port: 80 },
    ]) {
      const error = await new Promise((resolve) => book.dial(endpoint).once('error', resolve));
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    }
  });

  it('tells TLS of a refusal', async () => {
    const tls = connectTls({ socket: createAddressBook().dial(REGION) });
    const error = await new Promise((resolve) => tls.once('error', resolve));
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('never connects into a black hole, and says nothing about it', async () => {
    const book = createAddressBook();
    book.set(REGION, 'blackhole');
    const socket = book.dial(REGION);
    const tls = connectTls({ socket });
    const heard: string[] = [];
    for (const event of ['connect', 'error', 'close', 'secureConnect']) {
      socket.on(event, () => heard.push(event));
      tls.on(event, () => heard.push(event));
    }
    await sleep(150);
    expect(heard).toEqual([]);
    expect(socket.connecting).toBe(true);
    tls.destroy();
    socket.destroy();
  });

  it('follows a change of route with the next connection', async () => {
    const book = createAddressBook();
    book.set(REGION, port);
    book.set(REGION, 'refused');
    expect(book.routeOf(REGION)).toBe('refused');
    const error = await new Promise((resolve) => book.dial(REGION).once('error', resolve));
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
