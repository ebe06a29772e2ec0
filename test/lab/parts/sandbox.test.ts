import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  descendantsOf,
  isRunning,
  killTrees,
  markOf,
  signal,
} from '../../../lab/parts/processes.ts';
import type { ProcessMark } from '../../../lab/parts/processes.ts';
import { openSandbox, sweep } from '../../../lab/parts/sandbox.ts';
import { until } from './support.ts';

const DRILL = fileURLToPath(new URL('fixtures/doomed-drill.ts', import.meta.url));

interface Doomed {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Every process below the drill, children of PostgreSQL and the janitor included. */
  readonly below: readonly ProcessMark[];
}

describe('the sandbox', () => {
  let parent = '';
  let left: ProcessMark[] = [];

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
    chmodSync(parent, 0o711); // Root runs PostgreSQL as another user.
  });
  afterEach(() => {
    killTrees(left);
    left = [];
    rmSync(parent, { recursive: true, force: true });
  });

  const startDrill = async (content: 'world' | 'sleeper'): Promise<Doomed> => {
    const child = fork(DRILL, [parent, content], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const message = await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', reject);
    });
    const { folder } = z.object({ folder: z.string() }).parse(message);
    const below = descendantsOf(child.pid ?? 0);
    left.push(...below);
    return { child, folder, below };
  };
  const goneWithoutTrace = async ({ folder, below }: Doomed, milliseconds: number) => {
    await until('a process is left', () => !below.some(isRunning), milliseconds);
    await until('the folder is left', () => !existsSync(folder), milliseconds);
  };

  it('leaves no process and no folder when a whole drill is killed with SIGKILL', async () => {
    const drill = await startDrill('world');
    // The janitor, two servers with their children, one application.
    expect(drill.below.length).toBeGreaterThan(10);
    drill.child.kill('SIGKILL');
    await goneWithoutTrace(drill, 3_000);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'cleans up after %s, and still dies of it',
    async (name) => {
      const drill = await startDrill('sleeper');
      expect(drill.below).toHaveLength(2);
      const exited = once(drill.child, 'exit');
      drill.child.kill(name);
      expect(await exited).toEqual([null, name]);
      await goneWithoutTrace(drill, 3_000);
    },
  );

  it('cleans up after an uncaught error, which is still an error', async () => {
    const drill = await startDrill('sleeper');
    const exited = once(drill.child, 'exit');
    drill.child.send('throw');
    expect(await exited).toEqual([1, null]);
    await goneWithoutTrace(drill, 3_000);
  });

  it('sweeps what a drill left whose janitor died too, but nothing of a running one', async () => {
    const [dead, alive] = await Promise.all([startDrill('sleeper'), startDrill('sleeper')]);
    for (const { pid } of dead.below) if (!isSleeper(dead, pid)) signal(pid, 'SIGKILL');
    const exited = once(dead.child, 'exit');
    dead.child.kill('SIGKILL');
    await exited;
    await until('more than the sleeper is left', () => dead.below.filter(isRunning).length === 1);
    expect(await sweep(parent)).toEqual([dead.folder]);
    await goneWithoutTrace(dead, 500);
    expect(alive.below.every(isRunning)).toBe(true);
    expect(existsSync(alive.folder)).toBe(true);
    alive.child.kill('SIGTERM');
    await goneWithoutTrace(alive, 3_000);
  });

  it('closes twice without harm, and sweeps neither itself nor a folder being made', async () => {
    const sandbox = await openSandbox({ parentFolder: parent });
    const young = mkdtempSync(join(parent, 'region-failover-drill-'));
    expect(await sweep(parent)).toEqual([]);
    expect(existsSync(young)).toBe(true);
    await sandbox.close();
    await sandbox.close();
    expect(existsSync(sandbox.folder)).toBe(false);
  });

  it('never kills a process which has got the pid of an earlier one', async () => {
    const sandbox = await openSandbox({ parentFolder: parent });
    const stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    const mark = markOf(stranger.pid ?? 0);
    if (mark === undefined) throw new Error('the stranger did not start');
    appendFileSync(join(sandbox.folder, 'processes'), `${mark.pid}\t1\tan earlier process\n`);
    expect(sandbox.running()).toEqual([]);
    await sandbox.close();
    expect(isRunning(mark)).toBe(true);
    stranger.kill('SIGKILL');
  });
});

/** The janitor leads a session of its own; the sleeper is the one the sandbox has written down. */
function isSleeper({ folder }: Doomed, pid: number): boolean {
  return readFileSync(join(folder, 'processes'), 'utf8').startsWith(`${pid}\t`);
}
