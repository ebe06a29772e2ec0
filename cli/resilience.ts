import { packTemplate } from '../lab/template.ts';
import { allBroken, formatResilience } from '../lab/simulation/resilience/format.ts';
import { assessResilience } from '../lab/simulation/resilience/resilience.ts';
import { startPool } from '../lab/simulation/search/pool.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { briskDurations } from '../lab/simulation/search/setting.ts';
import { onePlan } from './drill.ts';
import { listenForInterruption } from './interrupt.ts';
import type { Io } from './io.ts';
import { writeReplays } from './replay-file.ts';
import { asJson } from './safe-text.ts';

/** What `failover simulate --plan` was asked for. */
export interface ResilienceRequest {
  readonly planFile: string;
  readonly scenarios: readonly string[];
  readonly seed: number;
  readonly seeds: number;
  readonly json: boolean;
}

/**
 * `failover simulate --plan FILE`: what a plan of one's own withstands.
 * @returns 0, or 1 if a promise of the workflow was broken
 * @throws InvalidInputError with every mistake of the plan
 */
export async function resilienceCommand(
  { planFile, json, ...options }: ResilienceRequest,
  io: Io,
): Promise<number> {
  const setting = await settingUnder(planFile);
  const interruption = listenForInterruption();
  const pool = startPool(setting);
  try {
    const onProgress = json ? () => undefined : showProgress(io);
    const report = await assessResilience(setting, pool, {
      ...{ ...options, onProgress },
      signal: interruption.signal,
    });
    const broken = allBroken(report);
    const replays = await writeReplays(broken, planFile);
    io.out(json ? asJson({ ...report, replays }) : formatResilience(report, replays));
    if (!json) io.err(`Next: failover plan explain ${planFile}`);
    return interruption.statusOf(broken.length > 0);
  } finally {
    interruption.end();
    await pool.close();
  }
}

/** A plan of one's own, as it is, and its stack. @throws InvalidInputError with its mistakes */
export async function settingUnder(planFile: string): Promise<Setting> {
  return {
    plan: await onePlan(planFile),
    template: await packTemplate(planFile),
    durations: briskDurations,
    asPlanned: true,
  };
}

const PROGRESS_MILLISECONDS = 2000;

function showProgress(io: Io) {
  let last = 0;
  return (done: number, planned: number): void => {
    const now = performance.now();
    if (now - last < PROGRESS_MILLISECONDS && done < planned) return;
    last = now;
    io.err(`${done} of ${planned} runs`);
  };
}
