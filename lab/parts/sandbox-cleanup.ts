import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, killTrees, signal, waitUntilGoneSync } from './processes.ts';
import type { ProcessMark } from './processes.ts';

/** The file which names every process of the drill, one line each: pid, start, what it is. */
export const PROCESSES_FILE = 'processes';

/** The file which names the drill itself: pid, start, and the machine the pid belongs to. */
export const OWNER_FILE = 'owner';

const REMOVE_SEGMENT = 'ipcrm';

/** A process as the sandbox remembers it. */
export interface RecordedProcess extends ProcessMark {
  readonly what: string;
}

/** One line of the two files above. */
export function formatRecord(record: RecordedProcess): string {
  return `${record.pid}\t${record.startedAt}\t${record.what}\n`;
}

/** The records of a file; a missing file has none, and half a line (a crash) is skipped. */
export function readRecords(file: string): readonly RecordedProcess[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const [pid, startedAt, what] = line.split('\t');
    if (startedAt === undefined || what === undefined || !/^\d+$/.test(pid ?? '')) return [];
    return [{ pid: Number(pid), startedAt, what }];
  });
}

/**
 * Ends every process named in the folder, then removes the folder. Blocks, because it also runs
 * while the drill is dying. Running it twice, or from two processes, does no harm.
 */
export function cleanUpSync(folder: string): void {
  const records = readRecords(join(folder, PROCESSES_FILE)).filter(isRunning);
  const databases = records.filter((record) => record.what.startsWith('postgres'));
  // An immediate shutdown lets PostgreSQL return its System V memory; a kill does not.
  for (const database of databases) signal(database.pid, 'SIGQUIT');
  killTrees(records.filter((record) => !databases.includes(record)));
  waitUntilGoneSync(databases, 700);
  killTrees(databases);
  waitUntilGoneSync(records, 2_000);
  for (const name of subfolders(folder)) releaseSharedMemory(join(folder, name));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/**
 * Frees the small System V segment a killed PostgreSQL leaves behind. Systems allow few of them
 * (macOS: 32), so drills that leak would soon stop every PostgreSQL on the machine from starting.
 */
export function releaseSharedMemory(dataFolder: string): void {
  let line: string | undefined;
  try {
    line = readFileSync(join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[6];
  } catch {
    return;
  }
  const [key, id] = (line ?? '').trim().split(/\s+/);
  if (key === undefined || id === undefined || !isUnusedSegment(key, id)) return;
  try {
    execFileSync(REMOVE_SEGMENT, ['-m', id], { stdio: 'ignore' });
  } catch {
    // Without ipcrm, or when the segment is gone already, there is nothing more to do.
  }
}

function isUnusedSegment(key: string, id: string): boolean {
  if (process.platform !== 'linux') return true;
  try {
    const lines = readFileSync('/proc/sysvipc/shm', 'utf8').split('\n');
    const fields = lines.map((line) => line.trim().split(/\s+/));
    return fields.some((field) => field[0] === key && field[1] === id && field[6] === '0');
  } catch {
    return false;
  }
}

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * Says in which world a pid means something: this boot and this pid namespace. Two containers that
 * share a temporary folder must not mistake each other's drills for dead ones.
 */
export function pidWorld(): { readonly boot: string; readonly namespace: string } {
  if (process.platform !== 'linux') return { boot: 'any', namespace: 'any' };
  return {
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    namespace: readlinkSync('/proc/self/ns/pid'),
  };
}
