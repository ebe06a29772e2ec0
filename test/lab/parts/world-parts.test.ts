import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { judge } from '../../../lab/parts/ledger.ts';
import type { Verdict } from '../../../lab/parts/ledger.ts';
import { lastHeartbeat, orderIds, startParts } from '../../../lab/parts/world-parts.ts';
import type { Parts } from '../../../lab/parts/world-parts.ts';
import { sleep, until } from './support.ts';

const HOSTNAME = 'orders.example.com';

describe('a drill by hand', () => {
  let parts: Parts | undefined;
  let address = '';

  afterEach(async () => {
    await parts?.stop();
    parts = undefined;
  });

  const start = async () => {
    address = '192.0.2.10';
    parts = await startParts({
      hostname: HOSTNAME,
      lookup: (name, type) =>
        name === HOSTNAME && type === 'A' ? { answers: [address], ttlSeconds: 1 } : undefined,
    });
    return parts;
  };
  const failOver = async ({ standby, clients }: Parts) => {
    const warm = standby.scaleTo(1);
    await standby.database.promote();
    await until('not promoted', async () => !(await standby.database.isInRecovery()));
    await warm;
    await until('not healthy', () => standby.loadBalancer.targetHealth()[0]?.state === 'healthy');
    address = standby.address;
    expect(await clients.nextAcknowledgement()).toMatchObject({ region: standby.name });
  };
  const account = async (world: Parts, withOldPrimary = false): Promise<Verdict> => {
    await world.clients.stop();
    const evidence = {
      attempts: world.clients.ledger(),
      newPrimaryIds: await orderIds(world.standby),
      newPrimaryRegion: world.standby.name,
      fork: await world.standby.database.receiveProgress(),
    };
    if (!withOldPrimary) return judge(evidence);
    return judge({ ...evidence, oldPrimaryIds: await orderIds(world.primary) });
  };

  it('loses what was acknowledged behind a cut link, and accounts for all of it', async () => {
    const world = await start();
    await sleep(500);
    world.link.cut();
    const cutAt = Date.now();
    await sleep(700);
    const beat = await lastHeartbeat(world.standby.database, world.primary.name);
    expect(Date.now() - (beat?.getTime() ?? Date.now())).toBeGreaterThan(600);
    await world.primary.kill();
    const secondsCut = (Date.now() - cutAt) / 1_000;
    await failOver(world);
    await sleep(300);
    const verdict = await account(world);
    expect(verdict.unexplained).toEqual([]);
    expect(verdict.lost.length).toBeGreaterThan(10);
    expect(verdict.onNewPrimary).toBeGreaterThan(10);
    expect(verdict.onNewPrimary + verdict.lost.length).toBe(verdict.acknowledged);
    expect(verdict.rpoSeconds).toBeGreaterThan(0.4);
    expect(verdict.rpoSeconds).toBeLessThan(secondsCut + 0.1);
    expect(world.clients.measure().downSince).toBeUndefined();
    // Every lost write is still where it was acknowledged, once the old primary is back.
    await world.primary.restart({ fenced: true });
    expect(await account(world, true)).toEqual(verdict);
  });

  it('loses next to nothing over an intact link, though the Region goes silent', async () => {
    const world = await start();
    await sleep(500);
    await world.primary.kill('blackhole');
    await failOver(world);
    const verdict = await account(world);
    expect(verdict.unexplained).toEqual([]);
    // What was acknowledged within the milliseconds before the kill may still be on its way.
    expect(verdict.lost.length).toBeLessThan(5);
    expect(verdict.onNewPrimary + verdict.lost.length).toBe(verdict.acknowledged);
    const stubborn = world.clients.ledger().filter(({ wellBehaved }) => !wellBehaved);
    expect(stubborn.at(-1)).toMatchObject({ ip: '192.0.2.10' });
    expect(stubborn.at(-1)?.outcome).not.toBe('acknowledged');
  });

  it('keeps a fenced application from writing while the primary database lives on', async () => {
    const world = await start();
    const health = () => world.primary.loadBalancer.targetHealth()[0]?.state;
    // More than once: a connection may be cut at any moment of a transaction.
    for (let turn = 1; turn <= 4; turn += 1) {
      world.primary.fence();
      expect(world.primary.isFenced()).toBe(true);
      await until('still healthy', () => health() === 'unhealthy');
      const ids = await orderIds(world.primary);
      await sleep(100);
      expect(await orderIds(world.primary)).toEqual(ids);
      world.primary.unfence();
      await until('not healthy again', () => health() === 'healthy');
    }
    await world.clients.nextAcknowledgement();
  });

  it('runs beside another drill', async () => {
    const [one, other] = await Promise.all([
      start(),
      startParts({
        hostname: HOSTNAME,
        lookup: () => ({ answers: ['192.0.2.10'], ttlSeconds: 1 }),
      }),
    ]);
    expect(one.sandbox.folder).not.toBe(other.sandbox.folder);
    await other.stop();
    expect(one.sandbox.running().length).toBeGreaterThan(2);
    await one.clients.nextAcknowledgement();
  });

  it('leaves nothing behind when the world does not come up', async () => {
    const parentFolder = mkdtempSync(join(tmpdir(), 'parts-test-'));
    chmodSync(parentFolder, 0o711); // Root runs PostgreSQL as another user.
    const nowhere = () => undefined;
    const options = { hostname: HOSTNAME, lookup: nowhere, startupSeconds: 2 };
    const starting = startParts({ ...options, sandbox: { parentFolder } });
    // On a slow machine it gives up one step earlier.
    await expect(starting).rejects.toThrow(/no write is acknowledged|does not get healthy/);
    expect(readdirSync(parentFolder)).toEqual([]);
    rmSync(parentFolder, { recursive: true });
  });
});
