import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLink } from '../../../lab/parts/link.ts';
import type { Link } from '../../../lab/parts/link.ts';
import { sleep, until } from './support.ts';

describe('the link', () => {
  let echo: Server;
  let echoPort = 0;
  let link: Link;
  const sockets: Socket[] = [];

  beforeEach(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    const address = echo.address();
    echoPort = typeof address === 'object' && address !== null ? address.port : 0;
    link = await openLink(echoPort);
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await link.close();
    echo.close();
  });

  const open = () => {
    const state = { socket: connect(link.port, '127.0.0.1'), text: '', closed: false };
    state.socket.on('data', (chunk: Buffer) => (state.text += chunk.toString()));
    state.socket.on('error', () => undefined);
    state.socket.on('close', () => (state.closed = true));
    sockets.push(state.socket);
    return state;
  };

  it('passes bytes both ways and counts them', async () => {
    const client = open();
    client.socket.write('hello');
    await until('no echo', () => client.text === 'hello');
    expect(link.traffic()).toMatchObject({ bytesForward: 5, bytesBackward: 5, connections: 1 });
    expect(link.traffic().lastByteAt).toBeInstanceOf(Date);
  });

  it('drops connections when cut, refuses new ones, and takes them again when healed', async () => {
    const before = open();
    before.socket.write('a');
    await until('no echo', () => before.text === 'a');
    link.cut();
    await until('the connection survived', () => before.closed);
    const during = open();
    await until('a new connection was taken', () => during.closed);
    expect(link.traffic().connections).toBe(0);
    link.heal();
    const after = open();
    after.socket.write('b');
    await until('no echo after healing', () => after.text === 'b');
  });

  it('keeps connections open while it hangs, and delivers the stalled bytes when healed', async () => {
    const old = open();
    old.socket.write('a');
    await until('no echo', () => old.text === 'a');
    link.hang();
    const young = open();
    old.socket.write('b');
    young.socket.write('c');
    await sleep(150);
    expect([old.text, young.text]).toEqual(['a', '']);
    expect([old.closed, young.closed]).toEqual([false, false]);
    expect(link.traffic().bytesForward).toBe(1);
    link.heal();
    await until('stalled bytes are gone', () => old.text === 'ab' && young.text === 'c');
  });

  it('does not lose a byte of a large stream that a hang interrupts', async () => {
    const client = open();
    const megabyte = 'x'.repeat(1_000_000);
    client.socket.write(megabyte);
    link.hang();
    await sleep(50);
    link.heal();
    await until('bytes are missing', () => client.text.length === megabyte.length);
  });

  it('resets connections when it has no target, or nobody listens there', async () => {
    link.retarget(undefined);
    const first = open();
    await until('taken without a target', () => first.closed);
    echo.close();
    link.retarget(echoPort);
    const second = open();
    await until('taken without a listener', () => second.closed);
  });
});
