import type { HistoryEvent } from '../../lab/asl/history.ts';
import { allStates } from '../../lab/asl/definition.ts';
import type { Scope, State } from '../../lab/asl/definition.ts';
import { matchesError } from '../../lab/asl/retry.ts';
import { StateError } from '../../lab/asl/errors.ts';
import type { Played } from '../lab/virtual/scene.ts';

/** Collects which states, ends, and Retry and Catch entries were reached by the runs of a file. */
export class Reached {
  readonly #definition: Scope;
  readonly #states = new Set<string>();
  readonly #entries = new Set<string>();

  constructor(definition: Scope) {
    this.#definition = definition;
  }

  /** Takes the story of a run along. */
  add({ path, execution: { history } }: Pick<Played, 'path' | 'execution'>): void {
    for (const name of path) this.#states.add(name);
    for (const state of allStates(this.#definition)) this.#addFailures(state, history);
  }

  /** States that no run entered. */
  missingStates(): string[] {
    return allStates(this.#definition)
      .map(({ name }) => name)
      .filter((name) => !this.#states.has(name));
  }

  /** Entries of Retry and Catch that no error of any run met. */
  missingEntries(): string[] {
    return allStates(this.#definition)
      .flatMap(entriesOf)
      .filter((entry) => !this.#entries.has(entry));
  }

  #addFailures(state: State, history: readonly HistoryEvent[]): void {
    for (const { error, caughtBy } of failuresOf(state, history)) {
      const thrown = new StateError(error);
      const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
      const retrier = retriers.findIndex((each) => matchesError(each.ErrorEquals, thrown));
      if (retrier >= 0) this.#entries.add(`${state.name} Retry[${retrier}]`);
      const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
      const catcher = catchers.findIndex((each) => matchesError(each.ErrorEquals, thrown));
      if (caughtBy !== undefined && catchers[catcher]?.Next === caughtBy) {
        this.#entries.add(`${state.name} Catch[${catcher}] -> ${caughtBy}`);
      }
    }
  }
}

function entriesOf(state: State): string[] {
  const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
  const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
  return [
    ...retriers.map((_, index) => `${state.name} Retry[${index}]`),
    ...catchers.map(({ Next }, index) => `${state.name} Catch[${index}] -> ${Next}`),
  ];
}

interface Failure {
  readonly error: string;
  /** The state that was entered next, if the failure was caught. */
  readonly caughtBy: string | undefined;
}

/** Every failed attempt at a state, from the chain of events. */
function failuresOf(state: State, history: readonly HistoryEvent[]): Failure[] {
  const next = Map.groupBy(history, ({ previousEventId }) => previousEventId);
  const byId = new Map(history.map((event) => [event.id, event]));
  const ownerOf = (event: HistoryEvent): string | undefined => {
    for (let at: HistoryEvent | undefined = event; at; at = byId.get(at.previousEventId)) {
      if (at.stateEnteredEventDetails !== undefined) return at.stateEnteredEventDetails.name;
      if (at.stateExitedEventDetails !== undefined) return undefined;
    }
    return undefined;
  };
  return history.flatMap((event): Failure[] => {
    const details =
      event.lambdaFunctionFailedEventDetails ??
      event.lambdaFunctionTimedOutEventDetails ??
      event.taskFailedEventDetails ??
      event.taskTimedOutEventDetails;
    const isMany = event.type === 'ParallelStateFailed' || event.type === 'MapStateFailed';
    if (details === undefined && !isMany) return [];
    const exit = next.get(event.id)?.find(({ stateExitedEventDetails: exited }) => exited);
    const name = isMany ? exit?.stateExitedEventDetails?.name : ownerOf(event);
    if (name !== state.name) return [];
    const entered = next.get(exit?.id ?? -1)?.[0]?.stateEnteredEventDetails?.name;
    return [{ error: details?.error ?? 'States.TaskFailed', caughtBy: entered }];
  });
}
