import type { StateMachine } from '../../asl/definition.ts';
import { Reached } from '../../asl/reached.ts';
import { invariants } from '../invariants/invariants.ts';
import type { Simulated } from '../simulate.ts';
import type { CallSummary } from './singles.ts';
import { kindsFor } from './singles.ts';

/**
 * What a search came by. A search that never reached a state, an entry of a Retry or Catch, the
 * premise of an invariant, or a kind of fault at a port that knows it, proves nothing about them.
 */
export class Coverage {
  readonly #reached: Reached;
  readonly #other = new Set<string>();
  readonly #merged = new Set<string>();

  constructor(machine: StateMachine) {
    this.#reached = new Reached(machine);
  }

  /** Takes a run along. */
  add({ stage, ghost, premises }: Pick<Simulated, 'stage' | 'ghost' | 'premises'>): void {
    for (const { history } of stage.account.executions) this.#reached.add(history);
    for (const id of premises) this.#other.add(premiseOf(id));
    for (const event of ghost.events) {
      if (event.kind === 'fault') this.#other.add(faultAt(event.fault, event.call.client));
    }
  }

  /** Takes along what another thread reached. */
  merge(names: readonly string[]): void {
    for (const name of names) this.#merged.add(name);
  }

  get all(): string[] {
    return [...new Set([...this.#reached.all, ...this.#other, ...this.#merged])];
  }

  /** What was not reached; `calls` are those of runs in which nothing failed. */
  missing(calls: readonly CallSummary[]): string[] {
    const reached = new Set(this.all);
    const faults = calls.flatMap((call) =>
      kindsFor(call).map((kind) => faultAt(kind, call.client)),
    );
    const wanted = new Set([
      ...this.#reached.missingStates(),
      ...this.#reached.missingEntries(),
      ...invariants.map(({ id }) => premiseOf(id)),
      ...faults,
    ]);
    return [...wanted].filter((name) => !reached.has(name));
  }
}

const premiseOf = (id: string): string => `premise of ${id}`;
const faultAt = (kind: string, client: string): string =>
  `${kind} at ${client.replace(/Client$/, '')}`;
