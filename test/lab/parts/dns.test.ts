import DNS from 'dns2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startDnsServer } from '../../../lab/parts/dns-server.ts';
import type { DnsServer, RecordSet } from '../../../lab/parts/dns-server.ts';
import { createResolver } from '../../../lab/parts/resolver.ts';
import { sleep } from './support.ts';

const NAME = 'orders.example.com';

describe('names', () => {
  let server: DnsServer;
  let record: RecordSet | undefined;

  beforeAll(async () => {
    server = await startDnsServer((name, type) =>
      name === NAME && type === 'A' ? record : undefined,
    );
  });
  beforeEach(() => {
    record = { answers: ['192.0.2.10'], ttlSeconds: 1 };
  });
  afterAll(async () => {
    await server.close();
  });

  const resolver = (cache: 'ttl' | 'forever' = 'ttl') =>
    createResolver({ serverPort: server.port, cache, timeoutMilliseconds: 300 });

  it('are asked for over UDP once, and remembered for their time to live', async () => {
    const asked = server.questionsAnswered();
    const { resolve } = resolver();
    expect(await resolve(NAME)).toEqual(['192.0.2.10']);
    record = { answers: ['198.51.100.10'], ttlSeconds: 1 };
    expect(await resolve(NAME)).toEqual(['192.0.2.10']);
    expect(server.questionsAnswered()).toBe(asked + 1);
    await sleep(1_020);
    expect(await resolve(NAME)).toEqual(['198.51.100.10']);
    expect(server.questionsAnswered()).toBe(asked + 2);
  });

  it('are never asked for again by a client that caches forever', async () => {
    record = { answers: ['192.0.2.10'], ttlSeconds: 0 };
    const [forever, ttl] = [resolver('forever'), resolver()];
    await Promise.all([forever.resolve(NAME), ttl.resolve(NAME)]);
    record = { answers: ['198.51.100.10'], ttlSeconds: 0 };
    expect(await forever.resolve(NAME)).toEqual(['192.0.2.10']);
    expect(await ttl.resolve(NAME)).toEqual(['198.51.100.10']);
  });

  it('that do not exist, or have no address, are an error that is not remembered', async () => {
    const { resolve } = resolver();
    record = undefined;
    await expect(resolve(NAME)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    record = { answers: [], ttlSeconds: 60 };
    await expect(resolve(NAME)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    record = { answers: ['192.0.2.10'], ttlSeconds: 60 };
    expect(await resolve(NAME)).toEqual(['192.0.2.10']);
  });

  it('are an error when nobody answers: stale answers are not served', async () => {
    const other = await startDnsServer(() => record);
    record = { answers: ['192.0.2.10'], ttlSeconds: 0 };
    const { resolve } = createResolver({
      ...{ serverPort: other.port, cache: 'ttl', timeoutMilliseconds: 200 },
    });
    await resolve(NAME);
    await other.close();
    await expect(resolve(NAME)).rejects.toThrow();
  });

  it('are answered over TCP as well, with authority and whatever the case', async () => {
    const ask = DNS.TCPClient({ dns: '127.0.0.1', port: server.port });
    const answer = await ask('Orders.Example.COM', 'A');
    expect(answer.header.aa).toBe(1);
    expect(answer.answers).toMatchObject([{ address: '192.0.2.10', ttl: 1 }]);
  });
});
