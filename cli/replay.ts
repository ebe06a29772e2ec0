import { allStates } from '../lab/asl/definition.ts';
import { neverHappened } from '../lab/simulation/never-happened.ts';
import { judged } from '../lab/simulation/resilience/broken.ts';
import type { Schedule } from '../lab/simulation/schedule.ts';
import type { Setting } from '../lab/simulation/search/run-job.ts';
import { runSchedule } from '../lab/simulation/search/run-job.ts';
import { machinesOf } from '../lab/simulation/search/setting.ts';
import { timelineOf } from '../lab/simulation/trace.ts';
import type { Io } from './io.ts';
import { UsageError } from './io.ts';
import { readReplay } from './replay-file.ts';
import { settingUnder } from './resilience.ts';
import { asJson } from './safe-text.ts';

/**
 * Runs the schedule of a replay file, and prints what happened.
 * @returns 0 if no promise was broken, in a run that did everything that the file says
 * @throws UsageError for a file that cannot be run
 */
export async function replay(
  file: string,
  settingOfSearch: () => Promise<Setting>,
  json: boolean,
  io: Io,
): Promise<number> {
  const { plan, durations, ...schedule } = await readReplay(file);
  const base = plan === undefined ? await settingOfSearch() : await settingUnder(plan);
  const setting = { ...base, durations: durations ?? base.durations };
  refuseUnknownStates(file, schedule, setting);
  const run = await runSchedule(setting, schedule);
  const { ghost, ends, digest } = run;
  const violations = setting.asPlanned === true ? judged(run.violations) : run.violations;
  const missed = neverHappened(schedule, ghost);
  const timeline = timelineOf(ghost.events, ghost.startedAt);
  const broken = violations.map(
    ({ invariant, promise, title, why, atSeconds }) =>
      `${invariant} (promise ${promise}): ${title}.\n  At ${atSeconds.toFixed(3)} s: ${why}`,
  );
  const kept =
    missed.length === 0
      ? 'No promise was broken.'
      : 'No promise was broken, in a run that did not do what its file says: it shows nothing.';
  io.out(
    json
      ? asJson({ ends, violations, digest, neverHappened: missed, timeline })
      : [
          ...[...timeline, '', ...missed],
          ...(broken.length === 0 ? [kept] : broken),
          `Trace ${digest}`,
        ].join('\n'),
  );
  return violations.length === 0 && missed.length === 0 ? 0 : 1;
}

function refuseUnknownStates(file: string, { events }: Schedule, setting: Setting): void {
  const machines = machinesOf(setting.template, setting.plan);
  const all = machines.flatMap(({ definition }) => allStates(definition));
  const states = [...new Set(all.map(({ name }) => name))];
  const at = events.findIndex(({ state }) => !states.includes(state));
  if (at < 0) return;
  throw new UsageError(
    `--replay: ${file}: events[${at}].state: found "${events[at]?.state ?? ''}"; ` +
      `expected one of ${states.join(', ')}.`,
  );
}
