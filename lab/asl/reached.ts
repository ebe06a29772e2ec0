import { allStates } from './definition.ts';
import type { Scope, State } from './definition.ts';
import { StateError } from './errors.ts';
import type { HistoryEvent } from './history.ts';
import { pathOf } from './history.ts';
import { matchesError } from './retry.ts';

/** Collects which states, and which entries of Retry and Catch, were reached by runs. */
export class Reached {
  readonly #definition: Scope;
  readonly #states = new Set<string>();
  readonly #entries = new Set<string>();

  constructor(definition: Scope) {
    this.#definition = definition;
  }

  /** Takes the history of a run along. */
  add(history: readonly HistoryEvent[]): void {
    for (const name of pathOf(history)) this.#states.add(name);
    for (const failure of failuresOf(history)) this.#addFailure(failure);
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

  /** Every state and entry that was reached, as `missingStates` and `missingEntries` name them. */
  get all(): string[] {
    return [...this.#states, ...this.#entries];
  }

  #addFailure({ stateName, error, caughtBy, isTriedAgain }: Failure): void {
    const state = allStates(this.#definition).find(({ name }) => name === stateName);
    if (state === undefined) return;
    const thrown = new StateError(error);
    const retriers = 'Retry' in state ? (state.Retry ?? []) : [];
    const retrier = retriers.findIndex((each) => matchesError(each.ErrorEquals, thrown));
    // An entry that forbids another attempt is met by the error; any other by the attempt.
    const isForbidden = retriers[retrier]?.MaxAttempts === 0;
    if (retrier >= 0 && (isForbidden || isTriedAgain))
      this.#entries.add(`${state.name} Retry[${retrier}]`);
    const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
    const catcher = catchers.findIndex((each) => matchesError(each.ErrorEquals, thrown));
    if (caughtBy !== undefined && catchers[catcher]?.Next === caughtBy) {
      this.#entries.add(`${state.name} Catch[${catcher}] -> ${caughtBy}`);
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
  readonly stateName: string | undefined;
  readonly error: string;
  /** The state that was entered next, if the failure was caught. */
  readonly caughtBy: string | undefined;
  readonly isTriedAgain: boolean;
}

/** Every failed attempt at a state, from the chain of events. */
function failuresOf(history: readonly HistoryEvent[]): Failure[] {
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
    const stateName = isMany ? exit?.stateExitedEventDetails?.name : ownerOf(event);
    const entered = next.get(exit?.id ?? -1)?.[0]?.stateEnteredEventDetails?.name;
    const isTriedAgain = next.get(event.id)?.some(({ type }) => /Scheduled$/.test(type)) === true;
    const error = details?.error ?? 'States.TaskFailed';
    return [{ stateName, error, caughtBy: entered, isTriedAgain }];
  });
}
