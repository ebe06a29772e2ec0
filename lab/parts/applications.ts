import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { SETTINGS_VARIABLE } from './application/settings.ts';
import type { ApplicationSettings } from './application/settings.ts';
import { isRunning } from './processes.ts';
import type { Sandbox } from './sandbox.ts';

/** One running application process. */
export interface Application {
  readonly id: string;
  readonly pid: number;
  readonly port: number;
  readonly startupMilliseconds: number;
  isRunning(): boolean;
  /** SIGKILL. */
  kill(): void;
}

const Ready = z.object({ port: z.number() });

/** Starts an application process; resolves when it listens (not yet when it is healthy). */
export async function startApplication(
  sandbox: Sandbox,
  id: string,
  settings: ApplicationSettings,
): Promise<Application> {
  const startedAt = Date.now();
  const child = fork(fileURLToPath(new URL('application/main.ts', import.meta.url)), [], {
    cwd: '/',
    env: {
      PATH: process.env['PATH'] ?? '',
      [SETTINGS_VARIABLE]: JSON.stringify(settings),
      // Compiled code is kept, so that the next process starts faster.
      NODE_COMPILE_CACHE: join(sandbox.folder, 'compile-cache'),
    },
    execArgv: ['--disable-warning=ExperimentalWarning', '--max-old-space-size=64'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const mark = sandbox.adopt(child.pid, `application ${id}`);
  const port = await portOf(child, id);
  return {
    id,
    pid: mark.pid,
    port,
    startupMilliseconds: Date.now() - startedAt,
    isRunning: () => isRunning(mark),
    kill() {
      sandbox.kill(mark);
    },
  };
}

/** The application says its port when it listens; until then its death is an error. */
function portOf(child: ChildProcess, id: string): Promise<number> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const ready = Ready.safeParse(message);
      if (ready.success) resolve(ready.data.port);
      else reject(new Error(`application ${id} has no port`));
    });
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`application ${id} died at its start: ${said}`));
    });
  });
}
