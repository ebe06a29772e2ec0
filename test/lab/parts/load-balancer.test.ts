import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createAddressBook } from '../../../lab/parts/address-book.ts';
import { issueCertificates } from '../../../lab/parts/certificates.ts';
import type { DrillCertificates } from '../../../lab/parts/certificates.ts';
import { createCaller } from '../../../lab/parts/https-call.ts';
import type { Caller } from '../../../lab/parts/https-call.ts';
import { startLoadBalancer } from '../../../lab/parts/load-balancer.ts';
import type { LoadBalancer } from '../../../lab/parts/load-balancer.ts';
import { until } from './support.ts';

const HOST = 'orders.example.com';
const IP = '192.0.2.10';

describe('the load balancer', () => {
  let certificates: DrillCertificates;
  let balancer: LoadBalancer;
  let caller: Caller;
  let servers: Server[] = [];
  let health = 200;

  beforeAll(async () => {
    certificates = await issueCertificates([HOST, 'one.example.com']);
  });
  beforeEach(async () => {
    health = 200;
    balancer = await startLoadBalancer({ certificates, checkMilliseconds: 20 });
    const book = createAddressBook();
    book.set({ host: IP, port: 443 }, balancer.port);
    caller = createCaller({ dial: book.dial, ca: certificates.ca, timeoutMilliseconds: 500 });
  });
  afterEach(async () => {
    caller.close();
    await balancer.close();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    servers = [];
  });

  const target = async (name: string) => {
    const server = createServer((request, response) => {
      if (request.url === '/health') response.writeHead(health).end();
      else if (request.url === '/die') request.socket.destroy();
      else if (request.url !== '/hang') response.end(JSON.stringify({ name }));
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    balancer.register({ id: name, port });
    return server;
  };
  const call = (path = '/', host = HOST) => caller.call({ ip: IP, host, method: 'GET', path });
  const states = () => balancer.targetHealth().map(({ state }) => state);
  const healthy = () =>
    until('targets are not healthy', () => states().every((state) => state === 'healthy'));

  it('answers 503 without a healthy target: nothing was done', async () => {
    health = 503;
    await target('one');
    expect(states()).toEqual(['initial']);
    expect(await call()).toMatchObject({ status: 503, body: { outcome: 'failed' } });
    await until('not found unhealthy', () => states()[0] === 'unhealthy');
  });

  it('takes turns among healthy targets, and forgets a deregistered one', async () => {
    await Promise.all([target('one'), target('two')]);
    await healthy();
    const names = async () => [await call(), await call()].map((r) => JSON.stringify(r)).sort();
    expect((await names()).join()).toMatch(/one.*two/);
    balancer.deregister('one');
    expect((await names()).join()).not.toMatch(/one/);
  });

  it('answers 502 when the target dies while it answers: it may have been done', async () => {
    await target('one');
    await healthy();
    expect(await call('/die')).toMatchObject({ status: 502, body: { outcome: 'unknown' } });
  });

  it('loses a target that stops, after two failed checks', async () => {
    const server = await target('one');
    await healthy();
    server.close();
    server.closeAllConnections();
    await until('still healthy', () => states()[0] === 'unhealthy');
    expect(await call()).toMatchObject({ status: 503 });
  });

  it('is trusted for its hostnames by the authority of the drill, and for no others', async () => {
    await target('one');
    await healthy();
    expect(await call('/', 'one.example.com')).toMatchObject({ status: 200 });
    expect(await call('/', 'other.example.com')).toMatchObject({ answered: false, sent: false });
    const strangers = await issueCertificates([HOST]);
    const book = createAddressBook();
    book.set({ host: IP, port: 443 }, balancer.port);
    const other = createCaller({ dial: book.dial, ca: strangers.ca, timeoutMilliseconds: 500 });
    const result = await other.call({ ip: IP, host: HOST, method: 'GET', path: '/' });
    expect(result).toMatchObject({ answered: false, sent: false });
    other.close();
  });

  it('leaves a request in doubt when no answer comes in time', async () => {
    await target('one');
    await healthy();
    expect(await call('/hang')).toMatchObject({ answered: false, sent: true });
  });
});
