import type { WorldEvent } from '../schedule.ts';
import { worldEventKinds } from '../schedule.ts';
import type { Outcome } from './job.ts';

/**
 * Every world event at every state that a run enters, at its first entry and, where the run comes
 * by again, at its second.
 */
export function boundaryEvents({
  states,
  repeated,
}: Pick<Outcome, 'states' | 'repeated'>): WorldEvent[] {
  return states.flatMap((state) =>
    worldEventKinds.flatMap((what): WorldEvent[] => [
      { what, state, visit: 1 },
      ...(repeated.includes(state) ? [{ what, state, visit: 2 }] : []),
    ]),
  );
}
