import type { Machine } from '../../stack-of.ts';
import type { Fault, Schedule, WorldEvent } from '../schedule.ts';
import { boundaryEvents } from './boundaries.ts';
import { Coverage } from './coverage.ts';
import { CrashEquivalence } from './crash-equivalence.ts';
import type { Outcome } from './job.ts';
import { firstFaults, secondFaults } from './pairs.ts';
import type { Pool } from './pool.ts';
import type { Setting } from './run-job.ts';
import { machinesOf } from './setting.ts';
import { shrink } from './shrink.ts';
import type { CallSummary } from './singles.ts';
import { singleFaults } from './singles.ts';
import type { Finding, Layer, SearchOptions, SearchReport } from './report.ts';
import { walks } from './walks.ts';

/** Schedules a message to a thread: few enough that all threads end together. */
const BATCH = 16;

/** Searches layer by layer; an aborted search reports what it covered. */
export async function search(
  setting: Setting,
  pool: Pool,
  options: SearchOptions,
): Promise<SearchReport> {
  const run = new Search(setting, pool, options);
  const clean = await run.clean();
  if (options.layers.includes('single')) await run.singles(clean);
  if (options.layers.includes('boundary')) await run.boundaries(clean);
  if (options.layers.includes('walk')) await run.walks(clean);
  if (options.layers.includes('pair')) await run.pairs(clean);
  return await run.report(clean);
}

class Search {
  readonly #pool: Pool;
  readonly #options: SearchOptions;
  readonly #machines: readonly Machine[];
  readonly #coverage: Coverage;
  readonly #runs: Record<Layer, number> = { clean: 0, single: 0, boundary: 0, pair: 0, walk: 0 };
  readonly #findings = new Map<string, Finding>();
  readonly #crashes = new CrashEquivalence();

  constructor(setting: Setting, pool: Pool, options: SearchOptions) {
    this.#pool = pool;
    this.#options = options;
    this.#machines = machinesOf(setting.template, setting.plan);
    this.#coverage = new Coverage(this.#machines);
  }

  async clean(): Promise<Outcome[]> {
    const schedules = this.#options.scenarios.map((name) => this.#schedule(name, [], []));
    return await this.#run('clean', schedules, true);
  }

  async singles(clean: readonly Outcome[]): Promise<void> {
    await this.#run(
      'single',
      this.#share(
        clean.flatMap(({ schedule, calls }) =>
          singleFaults(calls).map((fault) => this.#schedule(schedule.scenario, [fault], [])),
        ),
      ),
    );
  }

  async boundaries(clean: readonly Outcome[]): Promise<void> {
    await this.#run(
      'boundary',
      this.#share(
        clean.flatMap((run) =>
          boundaryEvents(run, this.#machines).map((event) =>
            this.#schedule(run.schedule.scenario, [], [event]),
          ),
        ),
      ),
    );
  }

  async walks(clean: readonly Outcome[]): Promise<void> {
    const { walks: count, seed } = this.#options;
    await this.#run('walk', walks(clean, count, seed));
  }

  /** The second fault ranges over the calls of the run that failed already. */
  async pairs(clean: readonly Outcome[]): Promise<void> {
    for (const { schedule, calls } of clean) {
      if (!this.#options.pairsOf.includes(schedule.scenario)) continue;
      const firsts = firstFaults(calls).map((fault) =>
        this.#schedule(schedule.scenario, [fault], []),
      );
      const broken = await this.#run('pair', firsts, true);
      const seconds = broken.flatMap((outcome) => {
        const [first] = outcome.schedule.faults;
        if (first === undefined) return [];
        return secondFaults(first, outcome.calls).map((second) =>
          this.#schedule(schedule.scenario, [first, second], []),
        );
      });
      await this.#run('pair', this.#share(seconds));
    }
  }

  async report(clean: readonly Outcome[]): Promise<SearchReport> {
    const calls: CallSummary[] = clean.flatMap((each) => each.calls);
    const findings: Finding[] = [];
    for (const finding of this.#findings.values()) findings.push(await this.#shortest(finding));
    // Half of a sweep has not seen every world that a run can leave.
    const { layers, everyNth, signal } = this.#options;
    const isSwept = layers.includes('single') && everyNth === 1 && !signal.aborted;
    for (const finding of isSwept ? this.#crashes.findings() : []) {
      const told = await this.#pool.run({ schedules: [finding.schedule], detailed: true });
      findings.push({ ...finding, timeline: told.outcomes[0]?.timeline ?? [] });
    }
    return {
      runs: this.#runs,
      findings,
      missing: this.#coverage.missing(calls),
      wanted: this.#coverage.wanted(calls).length,
      interrupted: this.#options.signal.aborted,
    };
  }

  /** What is left out is spread evenly, and is another share with another seed. */
  #share(schedules: readonly Schedule[]): Schedule[] {
    const { everyNth, seed } = this.#options;
    return schedules.filter((_, index) => (index + seed) % everyNth === 0);
  }

  #schedule(scenario: string, faults: Fault[], events: WorldEvent[]): Schedule {
    return { scenario, seed: this.#options.seed, faults, events };
  }

  async #run(layer: Layer, schedules: readonly Schedule[], detailed = false): Promise<Outcome[]> {
    const { signal, onProgress } = this.#options;
    const outcomes: Outcome[] = [];
    const batches: Schedule[][] = [];
    for (let at = 0; at < schedules.length; at += BATCH)
      batches.push(schedules.slice(at, at + BATCH));
    let done = 0;
    await Promise.all(
      Array.from({ length: this.#pool.size }, async () => {
        for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
          if (signal.aborted) return;
          const answer = await this.#pool.run({ schedules: batch, detailed });
          this.#coverage.merge(answer.covered);
          for (const outcome of answer.outcomes) this.#take(outcome);
          this.#runs[layer] += batch.length;
          done += batch.length;
          if (detailed) outcomes.push(...answer.outcomes);
          onProgress({ layer, done, planned: schedules.length, violations: this.#findings.size });
        }
      }),
    );
    return outcomes.toSorted(byOrderOf(schedules));
  }

  #take(outcome: Outcome): void {
    const { violations, schedule, timeline } = outcome;
    this.#crashes.take(outcome);
    for (const violation of violations) {
      const key = `${violation.invariant} ${schedule.scenario}`;
      const known = this.#findings.get(key);
      if (known === undefined) this.#findings.set(key, { violation, schedule, timeline, times: 1 });
      else known.times += 1;
    }
  }

  async #shortest(finding: Finding): Promise<Finding> {
    const { invariant } = finding.violation;
    const one = async (schedule: Schedule): Promise<Outcome | undefined> =>
      (await this.#pool.run({ schedules: [schedule], detailed: false })).outcomes[0];
    const schedule = await shrink(finding.schedule, async (candidate) => {
      const outcome = await one(candidate);
      return outcome?.violations.some((each) => each.invariant === invariant) === true;
    });
    const outcome = await one(schedule);
    const violation = outcome?.violations.find((each) => each.invariant === invariant);
    if (outcome === undefined || violation === undefined) return finding;
    return { violation, schedule, timeline: outcome.timeline, times: finding.times };
  }
}

/** Threads end in any order; what is made of their answers must not depend on it. */
function byOrderOf(schedules: readonly Schedule[]): (a: Outcome, b: Outcome) => number {
  const place = new Map(schedules.map((schedule, index) => [JSON.stringify(schedule), index]));
  const of = ({ schedule }: Outcome): number => place.get(JSON.stringify(schedule)) ?? -1;
  return (a, b) => of(a) - of(b);
}
