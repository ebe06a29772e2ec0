import { readdirSync, readFileSync } from 'node:fs';

/**
 * Megabytes of memory of a process and everything below it. Proportional set size, so that pages
 * which PostgreSQL's processes share count once. NaN where there is no /proc.
 */
export function treeMegabytes(root: number): number {
  const parents = new Map<number, number>();
  try {
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
    }
  } catch {
    return Number.NaN;
  }
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = parents.get(pid);
    return parent !== undefined && parent > 1 && isBelow(parent);
  };
  const kilobytes = [...parents.keys()].filter(isBelow).map(proportionalKilobytes);
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}

function parentOf(pid: number): number {
  const text = read(`/proc/${pid}/stat`);
  // The command may hold spaces and brackets: the fields begin after the last bracket.
  return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

function proportionalKilobytes(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

/** A process may end while it is looked at. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
