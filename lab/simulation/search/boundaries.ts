import type { Schedule, WorldEvent } from '../schedule.ts';
import { worldEventKinds } from '../schedule.ts';

/** States that nothing comes after: what happens there happens after the run. */
const visits = [1, 2] as const;

/** Every world event at every state that a run enters, at its first and at its second entry. */
export function boundaryEvents(states: readonly string[]): WorldEvent[] {
  return states.flatMap((state) =>
    worldEventKinds.flatMap((what) => visits.map((visit): WorldEvent => ({ what, state, visit }))),
  );
}

/** A schedule with one world event and no fault. */
export function withEvent(scenario: string, seed: number, event: WorldEvent): Schedule {
  return { scenario, seed, faults: [], events: [event] };
}
