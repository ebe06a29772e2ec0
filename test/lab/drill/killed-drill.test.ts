import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sleep, until } from '../parts/support.ts';
import type { Ended } from './start-drill.ts';
import { startDrill } from './start-drill.ts';

/** What there is of drills in a folder. */
async function sandboxes(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => name.startsWith('region-failover-drill-'));
}

interface Found extends Ended {
  readonly during: readonly string[];
  readonly after: readonly string[];
}

/** Kills a drill in the middle. Its folder is its own: other drills may run meanwhile. */
async function killOne(folder: string, signal: NodeJS.Signals): Promise<Found> {
  const { child, ended } = startDrill([], folder);
  const isThere = async () => (await sandboxes(folder)).length > 0;
  await Promise.all([sleep(6000), until('no drill came up', isThere, 30_000)]);
  const during = await sandboxes(folder);
  child.kill(signal);
  const end = await ended;
  await sleep(6000);
  return { ...end, during, after: await sandboxes(folder) };
}

const signals = ['SIGINT', 'SIGKILL'] as const;
const found = new Map<NodeJS.Signals, Found>();
const folders: string[] = [];

describe('a drill that is killed', () => {
  beforeAll(async () => {
    await Promise.all(
      signals.map(async (signal) => {
        const folder = await mkdtemp(join(tmpdir(), 'killed-'));
        folders.push(folder);
        await chmod(folder, 0o711); // Root runs PostgreSQL as another user.
        found.set(signal, await killOne(folder, signal));
      }),
    );
  }, 90_000);
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it.each(signals)('leaves nothing behind after %s in the middle', (signal) => {
    const { code, during, after } = found.get(signal) ?? {};
    expect(code).not.toBe(0);
    expect(during).toHaveLength(1);
    expect(after).toStrictEqual([]);
  });
});
