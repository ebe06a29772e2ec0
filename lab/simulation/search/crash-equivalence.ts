import type { Outcome } from './job.ts';
import type { Finding } from './report.ts';

const isCrash = ({ schedule }: Outcome): boolean =>
  schedule.faults.some(({ kind }) => kind.startsWith('crash'));

/**
 * A function that dies anywhere must leave a world that a run without a death leaves, too: what
 * every run leaves is collected, by scenario, and those with a death are held against the others.
 */
export class CrashEquivalence {
  readonly #others = new Map<string, Set<string>>();
  readonly #crashed: Pick<Outcome, 'schedule' | 'world'>[] = [];

  /** Takes a run along in which nothing but a single call was spoiled. */
  take(outcome: Outcome): void {
    const { schedule, world } = outcome;
    if (schedule.events.length > 0 || schedule.faults.length > 1) return;
    // What is stuck in the network until the run is over is nobody's to put back.
    if (schedule.faults.some(({ kind }) => kind === 'late')) return;
    if (isCrash(outcome)) this.#crashed.push({ schedule, world });
    else this.#worldsOf(schedule.scenario).add(world);
  }

  /** One finding a scenario and a world that only a death leaves. */
  findings(): Finding[] {
    const found = new Map<string, Finding>();
    for (const { schedule, world } of this.#crashed) {
      if (this.#worldsOf(schedule.scenario).has(world)) continue;
      const key = `${schedule.scenario} ${world}`;
      const known = found.get(key);
      if (known !== undefined) known.times += 1;
      else found.set(key, { violation: violationOf(world), schedule, timeline: [], times: 1 });
    }
    return [...found.values()];
  }

  #worldsOf(scenario: string): Set<string> {
    const worlds = this.#others.get(scenario) ?? new Set<string>();
    this.#others.set(scenario, worlds);
    return worlds;
  }
}

function violationOf(world: string): Finding['violation'] {
  return {
    invariant: 'S14b',
    promise: 7,
    title: 'a function that dies leaves a world that some run without a death leaves, too',
    why: `No run without a death ends like this: ${world}`,
    ...{ atSeconds: 0, event: 0 },
  };
}
