import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning, killTrees, markOf } from './processes.ts';
import type { ProcessMark } from './processes.ts';
import {
  cleanUpSync,
  formatRecord,
  OWNER_FILE,
  pidWorld,
  PROCESSES_FILE,
  readRecords,
} from './sandbox-cleanup.ts';
import type { RecordedProcess } from './sandbox-cleanup.ts';

const PREFIX = 'region-failover-drill-';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** One temporary folder per drill, and the list of every process the drill started. */
export interface Sandbox {
  readonly folder: string;
  /** Makes a folder inside the sandbox. */
  makeFolder(name: string): Promise<string>;
  /** Writes a process down, to be ended with the drill. Call it right after the spawn. */
  adopt(pid: number | undefined, what: string): ProcessMark;
  /** Kills a process of this drill and everything below it, at once. */
  kill(mark: ProcessMark): void;
  /** The processes of this drill which still run. */
  running(): readonly RecordedProcess[];
  /** Ends every process and removes the folder. Calling it twice does no harm. */
  close(): Promise<void>;
}

/** How to open a sandbox. */
export interface SandboxOptions {
  /** The folder to make it in; default the system's temporary folder. */
  readonly parentFolder?: string;
  /** Clean up on Ctrl-C, SIGTERM and SIGHUP, then die of the signal; default true. */
  readonly handleSignals?: boolean;
}

/**
 * Opens a sandbox. From here on the drill may die in any way: on signals, errors and exits it
 * cleans up itself, and after a SIGKILL its janitor does.
 */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parent = realpathSync(options.parentFolder ?? defaultParentFolder());
  const folder = mkdtempSync(join(parent, PREFIX));
  writeOwner(folder);
  // Root runs PostgreSQL as another user, who has to pass through, but must not list or write.
  await chmod(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
  const janitor = spawn(
    process.execPath,
    [fileURLToPath(new URL('sandbox-janitor.ts', import.meta.url)), folder],
    { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' },
  );
  janitor.on('error', () => undefined); // Without it, only a SIGKILL leaves something behind.
  janitor.unref();
  if (janitor.stdin instanceof Socket) janitor.stdin.unref();
  const removeHandlers = cleanUpOnDeath(folder, options.handleSignals ?? true);
  let closed = false;
  return {
    folder,
    async makeFolder(name) {
      const path = join(folder, name);
      await mkdir(path, { recursive: true, mode: 0o700 });
      return path;
    },
    adopt: (pid, what) => adopt(folder, pid, what),
    kill: (mark) => {
      killTrees([mark]);
    },
    running: () => readRecords(join(folder, PROCESSES_FILE)).filter(isRunning),
    close() {
      if (!closed) {
        closed = true;
        removeHandlers();
        cleanUpSync(folder);
        janitor.stdin.end();
      }
      return Promise.resolve();
    },
  };
}

/** macOS gives each user a closed temporary folder; root's must be open to PostgreSQL's user. */
function defaultParentFolder(): string {
  return process.platform === 'darwin' && process.getuid?.() === 0 ? '/private/tmp' : tmpdir();
}

function writeOwner(folder: string): void {
  const mark = markOf(process.pid);
  if (mark === undefined) throw new Error('cannot read when this process started');
  const { boot, namespace } = pidWorld();
  writeFileSync(join(folder, OWNER_FILE), formatRecord({ ...mark, what: `${boot} ${namespace}` }), {
    mode: 0o600,
  });
}

function adopt(folder: string, pid: number | undefined, what: string): ProcessMark {
  if (pid === undefined) throw new Error(`${what} did not start`);
  const mark = markOf(pid);
  // Gone already: nothing to end later. The caller sees its exit event.
  if (mark === undefined) return { pid, startedAt: 'gone' };
  appendFileSync(join(folder, PROCESSES_FILE), formatRecord({ ...mark, what }), { mode: 0o600 });
  return mark;
}

/** An uncaught error ends in `exit` as well; only signals need handlers of their own. */
function cleanUpOnDeath(folder: string, handleSignals: boolean): () => void {
  const onExit = () => {
    cleanUpSync(folder);
  };
  const onSignal = (name: NodeJS.Signals) => {
    remove();
    cleanUpSync(folder);
    process.kill(process.pid, name);
  };
  const remove = () => {
    process.off('exit', onExit);
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  process.on('exit', onExit);
  if (handleSignals) for (const name of SIGNALS) process.on(name, onSignal);
  return remove;
}

/**
 * Removes what dead drills left, never what belongs to a running one; answers with the folders
 * removed. Only folders of the same user are read: a stranger's list of pids is not to be trusted.
 */
export async function sweep(
  parentFolder: string = defaultParentFolder(),
): Promise<readonly string[]> {
  const names = (await readdir(parentFolder)).filter((name) => name.startsWith(PREFIX));
  const swept: string[] = [];
  for (const folder of names.map((name) => join(realpathSync(parentFolder), name))) {
    const state = await stateOf(folder);
    if (state === 'alive') continue;
    if (state === 'dead') cleanUpSync(folder);
    else await rm(folder, { recursive: true, force: true });
    swept.push(folder);
  }
  return swept;
}

/** After a reboot the pids in a folder mean nothing any more: only files are left. */
async function stateOf(folder: string): Promise<'alive' | 'dead' | 'onlyFiles'> {
  const facts = await stat(folder).catch(() => undefined);
  const mine = facts !== undefined && facts.isDirectory() && facts.uid === process.getuid?.();
  if (!mine) return 'alive';
  const owner = readRecords(join(folder, OWNER_FILE))[0];
  // A folder without an owner is being made right now, unless it has been so for a minute.
  if (owner === undefined) return Date.now() - facts.mtimeMs > 60_000 ? 'onlyFiles' : 'alive';
  const here = pidWorld();
  const [boot, namespace] = owner.what.split(' ');
  if (boot !== here.boot) return 'onlyFiles';
  return namespace === here.namespace && !isRunning(owner) ? 'dead' : 'alive';
}
