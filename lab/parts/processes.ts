import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from './errors.ts';

/**
 * Names one process for good. A pid alone is recycled by the system; together with the moment the
 * process started it never names a stranger.
 */
export interface ProcessMark {
  readonly pid: number;
  readonly startedAt: string;
}

interface ProcessRow extends ProcessMark {
  readonly parent: number;
}

/** The mark of a running process; undefined when there is none (a zombie is not running). */
export function markOf(pid: number): ProcessMark | undefined {
  const row = process.platform === 'linux' ? linuxRow(pid) : listByPs(['-p', String(pid)])[0];
  return row === undefined ? undefined : { pid: row.pid, startedAt: row.startedAt };
}

/** Whether exactly this process, not a later one with its pid, still runs. */
export function isRunning(mark: ProcessMark): boolean {
  return markOf(mark.pid)?.startedAt === mark.startedAt;
}

/**
 * Kills the processes and everything below them, at once. Parents are stopped first, so that no
 * child is born while the list is made: children of PostgreSQL lead sessions of their own, and a
 * signal to the process group would miss them.
 */
export function killTrees(marks: readonly ProcessMark[]): void {
  const roots = marks.filter(isRunning);
  if (roots.length === 0) return;
  for (const root of roots) signal(root.pid, 'SIGSTOP');
  for (const pid of withDescendants(roots.map((root) => root.pid))) signal(pid, 'SIGKILL');
}

/** Sends a signal; a process that is already gone, or not ours, is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH' && errorCode(error) !== 'EPERM') throw error;
  }
}

/** Blocks until none of the processes runs; false when some still do at the deadline. */
export function waitUntilGoneSync(marks: readonly ProcessMark[], milliseconds: number): boolean {
  const deadline = Date.now() + milliseconds;
  while (marks.some(isRunning)) {
    if (Date.now() > deadline) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  return true;
}

/** Every process below another, at this moment. */
export function descendantsOf(pid: number): readonly ProcessMark[] {
  const table = processTable();
  const pids = new Set(withDescendants([pid], table));
  return table.filter((row) => pids.has(row.pid) && row.pid !== pid);
}

function withDescendants(roots: readonly number[], table = processTable()): readonly number[] {
  const found = new Set(roots);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const row of table) if (found.has(row.parent)) found.add(row.pid);
  }
  return [...found];
}

function processTable(): readonly ProcessRow[] {
  if (process.platform !== 'linux') return listByPs(['-A']);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => linuxRow(Number(name)) ?? []);
}

/** Slim containers have no `ps`: /proc has the state (field 3), the parent (4), the start (22). */
function linuxRow(pid: number): ProcessRow | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent, startedAt] = [fields[0], fields[1], fields[19]];
  if (state === 'Z' || state === 'X' || startedAt === undefined) return undefined;
  return { pid, parent: Number(parent), startedAt };
}

function listByPs(selection: readonly string[]): readonly ProcessRow[] {
  let text: string;
  try {
    text = execFileSync('ps', [...selection, '-o', 'pid=,ppid=,stat=,lstart='], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return []; // ps exits 1 when nothing matches
  }
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, state, startedAt] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line) ?? [];
    if (startedAt === undefined || state?.startsWith('Z') === true) return [];
    return [{ pid: Number(pid), parent: Number(parent), startedAt }];
  });
}
