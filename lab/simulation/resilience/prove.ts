import { setImmediate } from 'node:timers/promises';
import type { Noted } from '../ghost.ts';
import type { Simulated } from '../simulate.ts';
import { simulate } from '../simulate.ts';
import type { Stage } from '../stage.ts';
import { timelineOf } from '../trace.ts';
import type { Setting } from '../search/run-job.ts';
import { briskDurations } from '../search/setting.ts';
import { takesWrites } from '../world/facts.ts';
import { isMilestone } from './path.ts';
import type { Weakness } from './weakness.ts';
import { TWO_WRITERS } from './weakness.ts';
import { weaknesses } from './weaknesses.ts';

/** A weakness of a plan, with the run that shows it, or that does not. */
export interface FoundWeakness {
  readonly id: string;
  readonly what: string;
  /** The bad thing that happened; null if the run did not show it: then nothing is claimed. */
  readonly shown: string | null;
  readonly ends: readonly string[];
  readonly timeline: readonly string[];
}

/** Runs the story of each weakness that a plan may have, until it is aborted, and what came of it. */
export async function proveWeaknesses(
  setting: Setting,
  signal: AbortSignal,
): Promise<FoundWeakness[]> {
  const found: FoundWeakness[] = [];
  for (const weakness of weaknesses.filter(({ applies }) => applies(setting.plan))) {
    // A run in virtual time leaves the process no turn to hear of Ctrl-C.
    await setImmediate();
    if (signal.aborted) break;
    found.push(await prove(setting, weakness));
  }
  return found;
}

/** Runs the story of one weakness under a plan as it is. */
export async function prove(
  { plan, template }: Setting,
  weakness: Weakness,
): Promise<FoundWeakness> {
  const { id, what, approvers, shows } = weakness;
  const run = await simulate({
    ...{ plan, template },
    durations: { ...briskDurations, ...weakness.durations?.(plan) },
    schedule: { scenario: id, seed: 1, faults: [], events: [] },
    scenario: {
      ...{ name: id, summary: what, approvers, ends: [], promotions: 0 },
      act: async (stage) => {
        tellTwoWriters(stage);
        await weakness.act(stage);
      },
    },
  });
  return { id, what, shown: shows(run) ?? null, ends: run.ends, timeline: shortTimeline(run) };
}

/** Writes two writers into the trace when they come to be. */
function tellTwoWriters({ ghost, facts }: Stage): void {
  let isTold = false;
  ghost.listen(() => {
    if (isTold || !takesWrites(facts, 'primary') || !takesWrites(facts, 'standby')) return;
    isTold = true;
    ghost.note({ kind: 'world', what: TWO_WRITERS });
  });
}

/** The timeline without polls and bookkeeping: each milestone once an execution. */
function shortTimeline({ ghost: { events, startedAt } }: Simulated): string[] {
  const seen = new Set<string>();
  const isTold = (event: Noted): boolean => {
    if (event.kind === 'fault' || event.kind === 'finished') return false;
    if (event.kind !== 'state') return true;
    const key = `${event.execution} ${event.state}`;
    const isNew = isMilestone(event.state) && !seen.has(key);
    seen.add(key);
    return isNew;
  };
  return timelineOf(events.filter(isTold), startedAt);
}
