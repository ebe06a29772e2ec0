import { Worker } from 'node:worker_threads';
import { createWallClock } from '../../clock.ts';
import type { Setting } from '../search/run-job.ts';
import type { Bug } from './bug.ts';
import type { Shown } from './hunt-in-thread.ts';

/** What became of a bug. `stray`: somebody reported, but nobody whom its row names. */
export type Fate = 'killed' | 'stray' | 'survived';

/** A row of the table. */
export interface Hunted extends Shown {
  readonly bug: Bug;
  readonly fate: Fate;
}

/** What a hunt found. */
export interface HuntReport {
  readonly hunted: readonly Hunted[];
  /** What the product without any bug shows on the same schedules: nothing, or the rest is void. */
  readonly control: Shown;
  /** How many bugs were to be hunted: more than were, if it was stopped. */
  readonly planned: number;
}

interface HuntOptions {
  /** How many threads at once. */
  readonly threads: number;
  /** Once it is aborted no further bug is begun; those under way are told. */
  readonly signal?: AbortSignal;
  readonly onHunted: (hunted: Hunted) => void;
}

/** Longer than any bug of the catalogue takes, also on a busy machine. */
const MOST_MILLISECONDS = 120_000;

/**
 * Puts each bug into the product of a thread of its own, and runs what should show it.
 * @throws Error naming the bug if it cannot be put in, or if its runs never end
 */
export async function huntBugs(
  setting: Setting,
  bugs: readonly Bug[],
  { threads, signal, onHunted }: HuntOptions,
): Promise<HuntReport> {
  const waiting: (Bug | undefined)[] = [undefined, ...bugs];
  const shown = new Map<Bug | undefined, Shown>();
  const work = async (): Promise<void> => {
    while (waiting.length > 0 && signal?.aborted !== true) {
      const bug = waiting.shift();
      const found = await runThread(setting, bug);
      shown.set(bug, found);
      if (bug !== undefined) onHunted(hunted(bug, found));
    }
  };
  await Promise.all(Array.from({ length: threads }, work));
  const control = shown.get(undefined) ?? { runs: 0, reported: [] };
  const rows = bugs.flatMap((bug) => {
    const found = shown.get(bug);
    return found === undefined ? [] : [hunted(bug, found)];
  });
  return { control, hunted: rows, planned: bugs.length };
}

function hunted(bug: Bug, shown: Shown): Hunted {
  const named = shown.reported.some(({ invariant }) => bug.killedBy.includes(invariant));
  const fate = named ? 'killed' : shown.reported.length > 0 ? 'stray' : 'survived';
  return { ...shown, bug, fate };
}

async function runThread(setting: Setting, bug: Bug | undefined): Promise<Shown> {
  const name = bug?.id ?? 'none';
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { setting, bug: bug?.id },
  });
  const over = new AbortController();
  const late = async (): Promise<never> => {
    await createWallClock().sleep(MOST_MILLISECONDS, over.signal);
    throw new Error(`Bug ${name}: its runs do not end.`);
  };
  try {
    const done = new Promise<Shown>((resolve, reject) => {
      worker.on('message', resolve);
      worker.on('error', (error) => {
        reject(new Error(`Bug ${name}: ${String(error)}`));
      });
      worker.on('exit', () => {
        reject(new Error(`Bug ${name}: its thread ended without an answer.`));
      });
    });
    return await Promise.race([done, late()]);
  } finally {
    over.abort();
    await worker.terminate();
  }
}
