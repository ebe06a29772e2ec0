import type { Plan } from '../../../aws/plan.ts';
import { scenarios } from '../scenarios.ts';
import type { Outcome } from '../search/job.ts';
import type { Pool } from '../search/pool.ts';
import type { Setting } from '../search/run-job.ts';
import { wayOf } from '../ways-to-answer.ts';
import type { Broken } from './broken.ts';
import { brokenIn } from './broken.ts';
import { durationRows, durationsAt, quantileOf, sampleDurations } from './durations.ts';
import { inTurn } from './in-turn.ts';
import { endOf, humanPart, isMilestone } from './path.ts';
import type { Percentiles } from './percentiles.ts';
import { percentilesOf } from './percentiles.ts';
import type { FoundWeakness } from './prove.ts';
import { proveWeaknesses } from './prove.ts';
import type { Sweep } from './sweep.ts';
import { sweepFaults } from './sweep.ts';

/** What a plan makes of one scenario, over all seeds. */
export interface ScenarioRow {
  readonly name: string;
  readonly summary: string;
  /** Milestones of the run with typical durations, by their first entry; last, its end. */
  readonly path: readonly string[];
  /** How the runs ended, the most frequent first. */
  readonly ends: readonly { readonly end: string; readonly runs: number }[];
  /** Until clients were served again; null where they never were, or where nothing died. */
  readonly rtoSeconds: Percentiles | null;
  /** Upper bounds of the writes that were lost; null where nothing was promoted. */
  readonly lossSeconds: Percentiles | null;
  readonly human: readonly string[];
  readonly broken: readonly Broken[];
}

/** One row of the durations that went in. Seconds. */
interface DurationSummary {
  readonly what: string;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly source: string;
}

/** What a plan withstands, and what not. */
export interface ResilienceReport {
  readonly plan: string;
  readonly objectives: Plan['objectives'];
  /** How many runs of each scenario were wanted, and how many were made. */
  readonly seeds: number;
  readonly seedsDone: number;
  /** Whether it was stopped before its end. */
  readonly interrupted: boolean;
  /** Empty if it was stopped before every scenario was played once. */
  readonly scenarios: readonly ScenarioRow[];
  readonly weaknesses: readonly FoundWeakness[];
  /** Null where none of its scenarios was chosen. */
  readonly faults: Sweep | null;
  readonly durations: readonly DurationSummary[];
  /** What the simulation cannot know of this plan. */
  readonly notes: readonly string[];
}

/** How many runs, and who is told how far they are. */
export interface ResilienceOptions {
  readonly scenarios: readonly string[];
  readonly seed: number;
  readonly seeds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, planned: number) => void;
}

/** Clients write every two seconds: what a run lost is known no finer. */
const WRITE_SECONDS = 2;

/**
 * Plays every scenario under a plan as it is, with many durations, and looks for weaknesses. An
 * aborted signal ends it early: the report is then of what was played.
 */
export async function assessResilience(
  setting: Setting,
  pool: Pool,
  options: ResilienceOptions,
): Promise<ResilienceReport> {
  const { plan } = setting;
  let done = 0;
  let planned = 0;
  const onPlanned = (runs: number): void => void (planned += runs);
  const tell = (runs: number): void => {
    done += runs;
    options.onProgress(done, planned);
  };
  onPlanned((options.seeds + 1) * options.scenarios.length);
  const [runs, faults, weaknesses] = await Promise.all([
    playAll(plan, pool, options, tell),
    sweepFaults(pool, options, onPlanned, tell),
    proveWeaknesses(setting, options.signal),
  ]);
  return {
    plan: plan.name,
    objectives: plan.objectives,
    seeds: options.seeds,
    seedsDone: runs.seedsDone,
    interrupted: options.signal.aborted,
    scenarios: runs.seedsDone > 0 ? options.scenarios.map((name) => rowOf(name, runs, plan)) : [],
    ...{ weaknesses, faults },
    durations: durationRows(plan).map(({ what, spread, source }) => ({
      what,
      p50: quantileOf(spread, 0.5),
      p90: quantileOf(spread, 0.9),
      p99: quantileOf(spread, 0.99),
      source,
    })),
    notes: notesOn(plan),
  };
}

interface Runs {
  /** With every duration at its median: what the path is taken from. */
  readonly typical: readonly Outcome[];
  readonly sampled: readonly Outcome[];
  readonly seedsDone: number;
}

/** A job a seed: within it, every scenario has the same world. */
async function playAll(
  plan: Plan,
  pool: Pool,
  { scenarios: names, seed, seeds, signal }: ResilienceOptions,
  tell: (runs: number) => void,
): Promise<Runs> {
  const play = async (at: number, isTypical: boolean): Promise<readonly Outcome[]> => {
    const schedules = names.map((scenario) => ({ scenario, seed: at, faults: [], events: [] }));
    const durations = isTypical ? durationsAt(plan, () => 0.5) : sampleDurations(plan, at);
    const job = { schedules, detailed: isTypical, durations, asPlanned: true };
    const { outcomes } = await pool.run(job);
    tell(outcomes.length);
    return outcomes;
  };
  const numbers = Array.from({ length: seeds }, (_, index) => seed + index);
  const [typical, sampled] = await Promise.all([
    play(seed, true),
    inTurn(numbers, pool.size, signal, async (at) => await play(at, false)),
  ]);
  return { typical, sampled: sampled.flat(), seedsDone: sampled.length };
}

function rowOf(name: string, { typical, sampled }: Runs, plan: Plan): ScenarioRow {
  const isOurs = ({ schedule }: Outcome): boolean => schedule.scenario === name;
  const own = sampled.filter(isOurs);
  const { states = [], ends: typicalEnds = [] } = typical.find(isOurs) ?? {};
  const ends = Map.groupBy(own, (outcome) => endOf(outcome.ends));
  return {
    name,
    summary: scenarios.find((scenario) => scenario.name === name)?.summary ?? '',
    path: [...states.filter(isMilestone), endOf(typicalEnds)],
    ends: [...ends]
      .map(([end, outcomes]) => ({ end, runs: outcomes.length }))
      .toSorted((a, b) => b.runs - a.runs),
    rtoSeconds: percentilesOf(own.map(({ measured }) => measured.rtoSeconds)) ?? null,
    lossSeconds:
      percentilesOf(
        own.map(({ measured: { lossSeconds } }) =>
          lossSeconds === null ? null : lossSeconds + WRITE_SECONDS,
        ),
      ) ?? null,
    human: humanPart(
      states,
      own.flatMap((outcome) => outcome.ends),
    ),
    broken: brokenIn(own, ({ seed }) => sampleDurations(plan, seed)),
  };
}

function notesOn(plan: Plan): string[] {
  const { authorization, databases, compute } = plan;
  const silent = authorization.approvers.filter((each) => wayOf(each, plan) === undefined);
  return [
    'A simulated approver who answers does so 42 s after the message; people take longer.',
    `Losses are rounded up by ${WRITE_SECONDS} s: so often the simulated clients write.`,
    ...silent.map(
      ({ name }) =>
        `${name} can only answer on the command line, which nobody does in this simulation: a plan of such approvers looks worse here than it is.`,
    ),
    ...(databases.length > 1 ? ['One pair of databases stands for all of the plan.'] : []),
    ...(new Set(compute.map(({ kind }) => kind)).size > 1
      ? ['All compute starts as slowly as its slowest kind.']
      : []),
  ];
}
