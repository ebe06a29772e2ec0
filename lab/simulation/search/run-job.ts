import type { Plan } from '../../../aws/plan.ts';
import type { Machine } from '../../stack-of.ts';
import type { Template } from '../../template.ts';
import { scenarioNamed } from '../scenarios.ts';
import type { Schedule } from '../schedule.ts';
import type { Simulated } from '../simulate.ts';
import { simulate } from '../simulate.ts';
import { timelineOf } from '../trace.ts';
import type { Durations } from '../world/facts.ts';
import { Coverage } from './coverage.ts';
import type { Done, Job, Outcome } from './job.ts';
import { measure } from './measure.ts';
import { summaryOf } from './singles.ts';
import { worldLeft } from './world-left.ts';

/** What every run of a search has in common. */
export interface Setting {
  readonly plan: Plan;
  readonly template: Template;
  readonly durations: Durations;
  /** Whether the plan stays as it is, whatever a scenario would have it say. */
  readonly asPlanned?: boolean;
}

/** Runs one schedule under a setting. */
export async function runSchedule(setting: Setting, schedule: Schedule): Promise<Simulated> {
  const scenario = scenarioNamed(schedule.scenario);
  const change = setting.asPlanned === true ? undefined : scenario.plan;
  const plan = change === undefined ? setting.plan : change(setting.plan);
  return await simulate({ ...setting, plan, scenario, schedule });
}

/** Makes the runner of a thread: it tells what it reached only once. */
export function createRunner(
  setting: Setting,
  machines: readonly Machine[],
): (job: Job) => Promise<Done> {
  const told = new Set<string>();
  const coverage = new Coverage(machines);
  return async ({ schedules, detailed, durations = setting.durations, asPlanned = false }) => {
    const own: Setting = { ...setting, durations, asPlanned };
    const outcomes: Outcome[] = [];
    for (const schedule of schedules) {
      outcomes.push(await outcomeOf(own, schedule, detailed, coverage));
    }
    const covered = coverage.all.filter((name) => !told.has(name));
    for (const name of covered) told.add(name);
    return { outcomes, covered };
  };
}

function repeatedIn({ events }: Simulated['ghost']): string[] {
  const entries = events.flatMap((event) => (event.kind === 'state' ? event.state : []));
  return [...new Set(entries.filter((state, index) => entries.indexOf(state) < index))];
}

/** A simulator that fails proves nothing: that counts as a violation, too. */
async function outcomeOf(
  setting: Setting,
  schedule: Schedule,
  detailed: boolean,
  coverage: Coverage,
): Promise<Outcome> {
  try {
    const run = await runSchedule(setting, schedule);
    coverage.add(run);
    const { ghost, violations, ends, digest } = run;
    const isTold = detailed || violations.length > 0;
    return {
      ...{ schedule, ends, violations, digest },
      world: worldLeft(run, scenarioNamed(schedule.scenario)),
      timeline: isTold ? timelineOf(ghost.events, ghost.startedAt) : [],
      measured: measure(run),
      calls: detailed
        ? ghost.events.flatMap((each) => (each.kind === 'call' ? [summaryOf(each.call)] : []))
        : [],
      states: detailed ? [...ghost.entered] : [],
      repeated: detailed ? repeatedIn(ghost) : [],
    };
  } catch (error) {
    return brokenRun(schedule, error);
  }
}

function brokenRun(schedule: Schedule, error: unknown): Outcome {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const violation = {
    invariant: 'simulator',
    promise: 0,
    title: 'the simulator itself runs to the end',
    ...{ why, atSeconds: 0, event: 0 },
  };
  const measured = {
    ...{ rtoSeconds: null, lossSeconds: null, wasAsked: false, promotions: 0 },
    problems: [why],
  };
  return {
    ...{ schedule, ends: [], violations: [violation], digest: '', world: '', timeline: [] },
    ...{ measured, calls: [], states: [], repeated: [] },
  };
}
