import type { Fault, Schedule } from '../schedule.ts';
import type { Outcome } from '../search/job.ts';
import type { Pool } from '../search/pool.ts';
import { briskDurations } from '../search/setting.ts';
import type { CallSummary } from '../search/singles.ts';
import { singleFaults } from '../search/singles.ts';
import type { Broken } from './broken.ts';
import { brokenIn } from './broken.ts';
import { inTurn } from './in-turn.ts';
import { endOf } from './path.ts';

/** Faults that are alike: what failed and how, and where the run ended. */
export interface StoppingFault {
  /** Who asks whom for what. */
  readonly call: string;
  readonly kind: Fault['kind'];
  /** Whether every later call of this kind fails too. */
  readonly stays: boolean;
  readonly end: string;
  readonly runs: number;
}

/** What single faults do to a failover that recovers without them. */
export interface Sweep {
  readonly scenario: string;
  readonly cleanEnd: string;
  readonly runs: number;
  readonly planned: number;
  /** Empty where the clean run does not recover: then no fault can make it worse. */
  readonly stopping: readonly StoppingFault[];
  readonly broken: readonly Broken[];
}

const BATCH = 8;
const SEED = 1;

/** The outage; and if nobody's silence lets it recover, the outage with a yes. */
export const sweepable = ['outage', 'outage-approved'];

/**
 * Breaks the first of each kind of call in an outage's failover once, and for good, in every way.
 * In a brisk world: so only the fault can be what stops it. Where the plan asks a human, one says
 * yes. Null where neither of these scenarios was chosen.
 */
export async function sweepFaults(
  pool: Pool,
  { scenarios, signal }: { readonly scenarios: readonly string[]; readonly signal: AbortSignal },
  onPlanned: (runs: number) => void,
  onDone: (runs: number) => void,
): Promise<Sweep | null> {
  const run = async (schedules: Schedule[], detailed: boolean): Promise<readonly Outcome[]> => {
    const own = { durations: briskDurations, asPlanned: true };
    return (await pool.run({ schedules, detailed, ...own })).outcomes;
  };
  const chosen = sweepable.filter((name) => scenarios.includes(name));
  if (chosen.length === 0) return null;
  const clean = await cleanRun(chosen, run);
  if (clean === undefined || endOf(clean.ends) !== 'Recovered') {
    const cleanEnd = clean === undefined ? 'nothing' : endOf(clean.ends);
    const scenario = clean?.schedule.scenario ?? '';
    return { scenario, cleanEnd, runs: 0, planned: 0, stopping: [], broken: [] };
  }
  const { scenario } = clean.schedule;
  const schedules = singleFaults(firstOfEach(clean.calls)).map((fault) => ({
    ...clean.schedule,
    faults: [fault],
  }));
  onPlanned(schedules.length);
  const batches = Array.from({ length: Math.ceil(schedules.length / BATCH) }, (_, index) =>
    schedules.slice(index * BATCH, (index + 1) * BATCH),
  );
  const outcomes = await inTurn(batches, pool.size, signal, async (batch) => {
    const found = await run(batch, false);
    onDone(batch.length);
    return found;
  });
  const all = outcomes.flat();
  return {
    ...{ scenario, cleanEnd: endOf(clean.ends), runs: all.length, planned: schedules.length },
    broken: brokenIn(all, () => briskDurations),
    stopping: grouped(all, new Map(clean.calls.map((call) => [call.number, call.signature]))),
  };
}

/** The first of the calls that are alike: the report has one line for all of them. */
function firstOfEach(calls: readonly CallSummary[]): CallSummary[] {
  const alike = Map.groupBy(calls, ({ signature }) => signature);
  return [...alike.values()].flatMap((each) => each.slice(0, 1));
}

async function cleanRun(
  names: readonly string[],
  run: (schedules: Schedule[], detailed: boolean) => Promise<readonly Outcome[]>,
): Promise<Outcome | undefined> {
  const scheduleOf = (scenario: string) => ({ scenario, seed: SEED, faults: [], events: [] });
  const outcomes = await run(names.map(scheduleOf), true);
  return outcomes.find(({ ends }) => endOf(ends) === 'Recovered') ?? outcomes[0];
}

function grouped(
  outcomes: readonly Outcome[],
  signatures: ReadonlyMap<number, string>,
): StoppingFault[] {
  const stopped = outcomes.filter(({ ends }) => endOf(ends) !== 'Recovered');
  const found = stopped.flatMap(({ schedule, ends }) =>
    schedule.faults.map(({ call, kind, stays }) => ({
      ...{ call: signatures.get(call) ?? '', kind, stays },
      end: endOf(ends),
    })),
  );
  const alike = Map.groupBy(found, (each) => JSON.stringify(each));
  return [...alike.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, runs: others.length + 1 }],
  );
}
