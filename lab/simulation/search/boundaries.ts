import { allStates } from '../../asl/definition.ts';
import type { Machine } from '../../stack-of.ts';
import type { WorldEvent, WorldEventKind } from '../schedule.ts';
import { worldEventKinds } from '../schedule.ts';
import type { Outcome } from './job.ts';

/** What can only happen where a function is called. */
const ofTasks: readonly WorldEventKind[] = [
  'function-refuses',
  'function-cannot-start',
  'function-answers-nothing',
];

/**
 * Every world event at every state that a run enters, at its first entry and, where the run comes
 * by again, at its second.
 */
export function boundaryEvents(
  { states, repeated }: Pick<Outcome, 'states' | 'repeated'>,
  machines: readonly Pick<Machine, 'definition'>[],
): WorldEvent[] {
  const tasks = new Set(
    machines
      .flatMap(({ definition }) => allStates(definition))
      .flatMap(({ Type, name }) => (Type === 'Task' ? [name] : [])),
  );
  return states.flatMap((state) =>
    worldEventKinds
      .filter((what) => tasks.has(state) || !ofTasks.includes(what))
      .flatMap((what): WorldEvent[] => [
        { what, state, visit: 1 },
        ...(repeated.includes(state) ? [{ what, state, visit: 2 }] : []),
      ]),
  );
}
