import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { startApplication } from '../../../lab/parts/applications.ts';
import type { Application } from '../../../lab/parts/applications.ts';
import { openLink } from '../../../lab/parts/link.ts';
import type { Link } from '../../../lab/parts/link.ts';
import {
  DATABASE_USER,
  initialiseCluster,
  seedStandby,
} from '../../../lab/parts/postgres-cluster.ts';
import { findPostgresTools } from '../../../lab/parts/postgres-tools.ts';
import { createPostgres } from '../../../lab/parts/postgres.ts';
import type { Postgres } from '../../../lab/parts/postgres.ts';
import { SCHEMA } from '../../../lab/parts/application/schema.ts';
import { descendantsOf, isRunning } from '../../../lab/parts/processes.ts';
import { openSandbox } from '../../../lab/parts/sandbox.ts';
import type { Sandbox } from '../../../lab/parts/sandbox.ts';
import { sleep, until } from './support.ts';

const Count = z.object({ count: z.number() });
const COUNT = 'SELECT count(*)::int AS count FROM orders';

/** The tests tell one story, in order: a pair is born, torn apart, and the standby takes over. */
describe('a primary and its standby', () => {
  let sandbox: Sandbox;
  let primary: Postgres;
  let standby: Postgres;
  let link: Link;
  let gate: Link;
  let standbyGate: Link;
  let application: Application;
  let standbyApplication: Application;

  beforeAll(async () => {
    sandbox = await openSandbox();
    const tools = await findPostgresTools(sandbox);
    const password = randomBytes(8).toString('hex');
    [link, gate, standbyGate] = await Promise.all([openLink(), openLink(), openLink()]);
    const [folder, standbyFolder] = await Promise.all(['p', 's'].map((n) => sandbox.makeFolder(n)));
    const common = { sandbox, tools, password };
    primary = createPostgres({
      ...{ ...common, folder: folder ?? '' },
      onPort: (port) => {
        link.retarget(port);
        gate.retarget(port);
      },
    });
    standby = createPostgres({
      ...{ ...common, folder: standbyFolder ?? '' },
      onPort: (port) => {
        standbyGate.retarget(port);
      },
    });
    const start = (id: string, databasePort: number) =>
      startApplication(sandbox, id, {
        ...{
          region: id,
          databasePort,
          user: DATABASE_USER,
          password,
          heartbeatMilliseconds: 0,
          checks: [],
        },
      });
    await initialiseCluster({ ...common, folder: primary.folder });
    await primary.start();
    await primary.execute(SCHEMA);
    await seedStandby({
      ...{ ...common, folder: standby.folder, primaryFolder: primary.folder },
      ...{ primaryPort: primary.port ?? 0, linkPort: link.port },
    });
    await standby.start();
    [application, standbyApplication] = await Promise.all([
      start('one', gate.port),
      start('two', standbyGate.port),
    ]);
  });
  afterAll(async () => {
    await Promise.all([primary.kill(), standby.kill()]);
    await sandbox.close();
    await Promise.all([link.close(), gate.close(), standbyGate.close()]);
  });

  const countOf = async (server: Postgres) => (await server.query(Count, COUNT))[0]?.count;
  const ask = async (to: Application, path: string, body?: object) => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const startedAt = Date.now();
    const response = await fetch(`http://127.0.0.1:${to.port}${path}`, init);
    const milliseconds = Date.now() - startedAt;
    return { status: response.status, body: await response.text(), milliseconds };
  };
  const order = (to: Application, id: string) => ask(to, '/orders', { id, client: 'test' });

  it('replicates what the application acknowledged', async () => {
    expect(await primary.isInRecovery()).toBe(false);
    expect(await standby.isInRecovery()).toBe(true);
    expect(await order(application, 'a')).toMatchObject({ status: 201 });
    await until('not replicated', async () => (await countOf(standby)) === 1);
    const progress = await standby.receiveProgress();
    expect(progress.lastReplayedCommitAt).toBeInstanceOf(Date);
    expect(progress.replayedLsn).toBe(progress.receivedLsn);
    expect(await primary.sizeBytes()).toBeGreaterThan(1_000_000);
  });

  it('is healthy only where a write commits: not on the read-only standby', async () => {
    expect(await ask(application, '/health')).toMatchObject({ status: 200 });
    expect(await ask(standbyApplication, '/health')).toMatchObject({ status: 503 });
    expect(await order(standbyApplication, 'b')).toMatchObject({ status: 503 });
    expect((await ask(standbyApplication, '/orders/count')).body).toContain('"count":1');
  });

  it('rejects an order that is none, and refuses one that is there already', async () => {
    expect(await ask(application, '/orders', { id: 1 })).toMatchObject({ status: 400 });
    expect(await order(application, 'a')).toMatchObject({ status: 503 });
    expect(await ask(application, '/else')).toMatchObject({ status: 404 });
  });

  it('is an error, not a hang, for the application when its database hangs', async () => {
    gate.hang();
    const [health, write] = await Promise.all([
      ask(application, '/health'),
      order(application, 'c'),
    ]);
    expect([health.status, write.status]).toEqual([503, 503]);
    expect(Math.max(health.milliseconds, write.milliseconds)).toBeLessThan(2_500);
    gate.heal();
    await until('no recovery', async () => (await ask(application, '/health')).status === 200);
  });

  it('is cut off by a fence, connections that exist included, and reachable after it', async () => {
    await ask(application, '/health');
    expect(gate.traffic().connections).toBeGreaterThan(0);
    gate.cut();
    expect(gate.traffic().connections).toBe(0);
    expect(await ask(application, '/health')).toMatchObject({ status: 503 });
    expect(await countOf(primary)).toBe(1);
    gate.heal();
    await until('no recovery', async () => (await ask(application, '/health')).status === 200);
  });

  it('keeps the standby at the last transaction that crossed while the link hangs', async () => {
    link.hang();
    const before = await standby.receiveProgress();
    expect(await order(application, 'd')).toMatchObject({ status: 201 });
    await sleep(150);
    expect((await standby.receiveProgress()).receivedLsn).toBe(before.receivedLsn);
    link.heal();
    await until('did not catch up', async () => (await countOf(standby)) === 2);
  });

  it('leaves the standby running when the primary dies at once, with all its processes', async () => {
    link.cut();
    expect(await order(application, 'lost')).toMatchObject({ status: 201 });
    const postmaster = sandbox.running().find(({ what }) => what.endsWith(primary.folder));
    const children = descendantsOf(postmaster?.pid ?? 0);
    expect(children.length).toBeGreaterThan(3);
    await primary.kill();
    expect(children.filter(isRunning)).toEqual([]);
    expect(primary.isRunning()).toBe(false);
    expect(primary.port).toBeUndefined();
    await expect(primary.isInRecovery()).rejects.toThrow('is down');
    expect(await ask(application, '/health')).toMatchObject({ status: 503 });
    expect(await standby.isInRecovery()).toBe(true);
    expect(await countOf(standby)).toBe(2);
  });

  it('promotes the standby, which then takes writes and still knows the fork', async () => {
    const before = await standby.receiveProgress();
    await standby.promote();
    await until('not promoted', async () => !(await standby.isInRecovery()));
    const written = async () => (await order(standbyApplication, 'e')).status === 201;
    await until('takes no writes', written);
    const after = await standby.receiveProgress();
    expect(after.replayedLsn).toBe(before.replayedLsn);
    expect(after.lastReplayedCommitAt).toEqual(before.lastReplayedCommitAt);
  });

  it('brings the killed primary back with what it had acknowledged', async () => {
    gate.cut();
    await primary.restart();
    const ids = await primary.query(z.object({ id: z.string() }), 'SELECT id FROM orders');
    expect(ids.map(({ id }) => id).sort()).toEqual(['a', 'd', 'lost']);
    expect(await primary.isInRecovery()).toBe(false);
    expect(await ask(application, '/health')).toMatchObject({ status: 503 });
  });
});
