import { packTemplate } from '../lab/template.ts';
import { formatResilience } from '../lab/simulation/resilience/format.ts';
import { assessResilience } from '../lab/simulation/resilience/resilience.ts';
import { startPool } from '../lab/simulation/search/pool.ts';
import { briskDurations } from '../lab/simulation/search/setting.ts';
import { onePlan } from './drill.ts';
import type { Io } from './io.ts';
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
  const plan = await onePlan(planFile);
  const setting = {
    plan,
    template: await packTemplate(planFile),
    durations: briskDurations,
  };
  const pool = startPool(setting);
  try {
    const onProgress = json ? () => undefined : showProgress(io);
    const report = await assessResilience(setting, pool, { ...options, onProgress });
    io.out(json ? asJson(report) : formatResilience(report));
    const isBroken = [...report.scenarios, report.faults].some(({ broken }) => broken.length > 0);
    if (!json) io.err(`Next: failover plan explain ${planFile}`);
    return isBroken ? 1 : 0;
  } finally {
    await pool.close();
  }
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
