import { packTemplate } from '../../../lab/template.ts';
import { patient } from '../../../lab/simulation/plans.ts';
import type { Setting } from '../../../lab/simulation/search/run-job.ts';
import { briskDurations } from '../../../lab/simulation/search/setting.ts';
import type { Schedule } from '../../../lab/simulation/schedule.ts';
import { drillPlanFile, planOf } from '../virtual/scene.ts';

/** The drill's plan and stack, in a brisk world. */
export async function drillSetting(): Promise<Setting> {
  return {
    plan: patient(await planOf(drillPlanFile)),
    template: await packTemplate(drillPlanFile),
    durations: briskDurations,
  };
}

/** A schedule in which nothing fails, unless told otherwise. */
export function scheduleOf(scenario: string, changes: Partial<Schedule> = {}): Schedule {
  return { scenario, seed: 1, faults: [], events: [], ...changes };
}
