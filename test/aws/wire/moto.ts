import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe } from '@jest/globals';
import type { ClientConfig, ClientFactory } from '../../../aws/runtime.ts';

/** A part of the machine and not of this package: found on PATH, or the tests are skipped. */
const binary = 'moto_server';
const hasMoto = spawnSync(binary, ['--help'], { stdio: 'ignore' }).status === 0;

/** Describes tests against moto's server: somebody else's idea of AWS, spoken to by real wire. */
export function describeOnWire(title: string, tests: () => void): void {
  if (hasMoto) describe(title, tests);
  else describe.skip(`${title} (skipped: moto_server is not on PATH)`, tests);
}

/** A running moto server. */
export interface Moto {
  /** Builds clients that talk to it; each has its endpoint and credentials written out. */
  readonly client: ClientFactory;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts moto on a free port and waits until it answers. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const server = spawn(binary, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, MOTO_EC2_LOAD_DEFAULT_AMIS: 'true' },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilReady(server, endpoint);
  const client = <Client>(Client: new (config: ClientConfig) => Client, region: string): Client => {
    const config = {
      region,
      endpoint,
      // Buckets in the path: a bucket's name in the host name would have to resolve.
      forcePathStyle: true,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: 2000,
        requestTimeout: 10_000,
        socketTimeout: 10_000,
        throwOnRequestTimeout: true,
      },
    };
    return new Client(config);
  };
  return { client, endpoint, stop: () => stop(server) };
}

async function untilReady(server: ChildProcess, endpoint: string): Promise<void> {
  for (let turn = 0; turn < 150; turn += 1) {
    if (server.exitCode !== null) throw new Error('moto_server ended at once.');
    const ready = await fetch(`${endpoint}/moto-api/data.json`).catch(() => undefined);
    await ready?.text();
    if (ready?.ok === true) return;
    await sleep(100);
  }
  server.kill('SIGKILL');
  throw new Error('moto_server did not answer within 15 s.');
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
