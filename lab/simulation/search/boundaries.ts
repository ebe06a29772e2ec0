import type { WorldEvent } from '../schedule.ts';
import { worldEventKinds } from '../schedule.ts';

/** The first entry of a state and the second: loops come by again. */
const visits = [1, 2] as const;

/** Every world event at every state that a run enters, at its first and at its second entry. */
export function boundaryEvents(states: readonly string[]): WorldEvent[] {
  return states.flatMap((state) =>
    worldEventKinds.flatMap((what) => visits.map((visit): WorldEvent => ({ what, state, visit }))),
  );
}
