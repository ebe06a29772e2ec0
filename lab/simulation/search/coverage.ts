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
  /** Never told of a run: all that there is, it misses. */
  readonly #everything: Reached;
  readonly #other = new Set<string>();
  readonly #merged = new Set<string>();

  constructor(machine: StateMachine) {
    this.#reached = new Reached(machine);
    this.#everything = new Reached(machine);
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

  /** What was not reached of what is wanted. */
  missing(calls: readonly CallSummary[]): string[] {
    const reached = new Set(this.all);
    return this.wanted(calls).filter((name) => !reached.has(name));
  }

  /** What a whole search must reach; `calls` are those of runs in which nothing failed. */
  wanted(calls: readonly CallSummary[]): string[] {
    const faults = calls.flatMap((call) =>
      kindsFor(call).map((kind) => faultAt(kind, call.client)),
    );
    return [
      ...new Set([
        ...this.#everything.missingStates(),
        ...this.#everything.missingEntries(),
        ...invariants.map(({ id }) => premiseOf(id)),
        ...faults,
      ]),
    ];
  }
}

const premiseOf = (id: string): string => `premise of ${id}`;
const faultAt = (kind: string, client: string): string =>
  `${kind} at ${client.replace(/Client$/, '')}`;
