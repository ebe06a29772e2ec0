import { scenarios } from '../lab/simulation/scenarios.ts';
import { startPool } from '../lab/simulation/search/pool.ts';
import type { Layer, Progress } from '../lab/simulation/search/report.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { search } from '../lab/simulation/search/search.ts';
import { wholeNumber } from './args.ts';
import { countOf } from '../core/text.ts';
import { isWhole, layersNamed } from './fault-layers.ts';
import { formatSearch } from './format-search.ts';
import { listenForInterruption, millisecondsOf } from './interrupt.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { writeReplays } from './replay-file.ts';
import { asJson } from './safe-text.ts';
import { PAIRS_OF } from './simulate-help.ts';

/** What a search was asked for. */
export interface SearchRequest {
  /** The only scenario; undefined for all of them. */
  readonly scenario: string | undefined;
  readonly layers: readonly Layer[];
  readonly everyNth: number;
  readonly seed: number;
  readonly walks: number;
  readonly budgetMilliseconds: number | undefined;
}

interface Words {
  readonly faults?: string | undefined;
  readonly every?: string | undefined;
  readonly seed: string;
  readonly seeds?: string | undefined;
  readonly budget?: string | undefined;
}

/** Reads the options of a search. @throws UsageError in words for people */
export function searchRequest(
  { faults = 'all', every = '1', seed, seeds, budget }: Words,
  scenario: string | undefined,
): SearchRequest {
  const layers = layersNamed(faults);
  if (seeds !== undefined && !layers.includes('walk'))
    throw new UsageError(
      `--seeds and --faults ${faults} exclude each other: only random and all make random walks.`,
    );
  const everyNth = wholeNumber('--every', every);
  if (everyNth === 0) throw new UsageError('--every: found "0"; expected 1 for all, or more.');
  return {
    ...{ scenario, layers, everyNth },
    seed: wholeNumber('--seed', seed),
    walks: wholeNumber('--seeds', seeds ?? '2000'),
    budgetMilliseconds: budget === undefined ? undefined : millisecondsOf(budget),
  };
}

/** Searches, and prints what was found. */
export async function searchCommand(
  setting: Setting,
  { scenario, budgetMilliseconds, ...request }: SearchRequest,
  json: boolean,
  io: Io,
): Promise<number> {
  const interruption = listenForInterruption(budgetMilliseconds);
  const pool = startPool(setting);
  try {
    const startedAt = performance.now();
    const report = await search(setting, pool, {
      ...request,
      scenarios: scenario === undefined ? scenarios.map(({ name }) => name) : [scenario],
      pairsOf: [scenario ?? PAIRS_OF],
      signal: interruption.signal,
      onProgress: showProgress(io, json),
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const isAll = scenario === undefined && isWhole(request.layers) && request.everyNth === 1;
    const mustReachAll = isAll && !report.interrupted;
    const files = await writeReplays(
      report.findings.map(({ violation: { invariant }, schedule }) => ({ invariant, schedule })),
    );
    io.out(
      json
        ? asJson({ ...report, seconds, isWhole: mustReachAll, replays: files })
        : formatSearch(report, { seconds, cores: pool.size, isWhole: mustReachAll, files }),
    );
    const isIncomplete = mustReachAll && report.missing.length > 0;
    return interruption.statusOf(report.findings.length > 0 || isIncomplete);
  } finally {
    interruption.end();
    await pool.close();
  }
}

const PROGRESS_MILLISECONDS = 2000;

function showProgress(io: Io, isQuiet: boolean) {
  let last = 0;
  return ({ layer, done, planned, violations }: Progress): void => {
    const now = performance.now();
    if (isQuiet || (now - last < PROGRESS_MILLISECONDS && done < planned)) return;
    last = now;
    io.err(
      `${layer.padEnd(9)}${done} of ${planned} runs; ${countOf(violations, 'promise')} broken`,
    );
  };
}
