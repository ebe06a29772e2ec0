import { scenarioNamed } from '../scenarios.ts';
import type { Fault, Schedule } from '../schedule.ts';
import type { Setting } from '../search/run-job.ts';
import { runSchedule } from '../search/run-job.ts';
import { signatureOf } from '../calls.ts';
import type { Where } from './bug.ts';

/** What the runs of one thread showed. */
export interface Shown {
  readonly runs: number;
  /** Ids of the invariants that reported, with what they said. */
  readonly reported: readonly { readonly invariant: string; readonly why: string }[];
}

const SEED = 1;

/** Runs one schedule after the other until one of the wanted invariants reports. */
export async function huntInThread(
  setting: Setting,
  where: readonly Where[],
  wanted: readonly string[],
): Promise<Shown> {
  const reported = new Map<string, string>();
  let runs = 0;
  for (const each of where) {
    const { schedule, tried } = await scheduleOf(setting, each);
    runs += tried + 1;
    for (const { invariant, why } of await violationsOf(setting, schedule)) {
      if (!reported.has(invariant)) reported.set(invariant, `${each.scenario}: ${why}`);
    }
    if (wanted.some((id) => reported.has(id))) break;
  }
  return { runs, reported: [...reported].map(([invariant, why]) => ({ invariant, why })) };
}

/** A run that the bug breaks altogether shows something, too; but no invariant did. */
async function violationsOf(setting: Setting, schedule: Schedule) {
  try {
    return (await runSchedule(setting, schedule)).violations;
  } catch (error) {
    return [
      { invariant: 'simulator', why: error instanceof Error ? error.message : String(error) },
    ];
  }
}

/** Calls have their numbers from a run without faults: of this product, with its bug. */
async function scheduleOf(setting: Setting, { scenario, fault, events = [] }: Where) {
  const { name } = scenarioNamed(scenario);
  const clean = { scenario: name, seed: SEED, faults: [], events: [...events] };
  if (fault === undefined) return { schedule: clean, tried: 0 };
  const { ghost } = await runSchedule(setting, clean);
  const found = ghost.events.find(
    (event) => event.kind === 'call' && signatureOf(event.call) === fault.at,
  );
  if (found?.kind !== 'call') throw new Error(`No run of ${name} makes the call ${fault.at}.`);
  const { kind, stays = false } = fault;
  const faults: Fault[] = [{ call: found.call.number, kind, stays }];
  return { schedule: { ...clean, faults }, tried: 1 };
}
