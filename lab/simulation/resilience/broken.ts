import type { Violation } from '../invariants/invariant.ts';
import type { Schedule } from '../schedule.ts';
import type { Outcome } from '../search/job.ts';
import type { Durations } from '../world/facts.ts';

/** A promise that a run under a plan of one's own broke, with all that it takes to run it again. */
export interface Broken extends Violation {
  readonly schedule: Schedule;
  readonly durations: Durations;
}

/** They go by the ends of a scenario. A sweep lists what stops a failover in a table of its own. */
const aboutEnds = ['L1', 'L1b'];

/** The violations that count under any plan. What ends are right is the plan's business. */
export function judged(violations: readonly Violation[]): Violation[] {
  return violations.filter(({ invariant }) => !aboutEnds.includes(invariant));
}

/** Promises that were broken, each with the first run that shows it. */
export function brokenIn(
  outcomes: readonly Outcome[],
  durationsOf: (schedule: Schedule) => Durations,
): Broken[] {
  const broken = new Map<string, Broken>();
  for (const { violations, schedule } of outcomes) {
    for (const violation of judged(violations)) {
      if (broken.has(violation.invariant)) continue;
      const durations = durationsOf(schedule);
      broken.set(violation.invariant, { ...violation, schedule, durations });
    }
  }
  return [...broken.values()];
}
