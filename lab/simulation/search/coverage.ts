import { Reached } from '../../asl/reached.ts';
import type { Machine } from '../../stack-of.ts';
import { invariants } from '../invariants/invariants.ts';
import type { Simulated } from '../simulate.ts';
import type { CallSummary } from './singles.ts';
import { kindsFor } from './singles.ts';

/**
 * What a search came by. A search that never reached a state, an entry of a Retry or Catch, the
 * premise of an invariant, or a kind of fault at a port that knows it, proves nothing about them.
 */
export class Coverage {
  /** By the ARN of the machine; `everything` is never told of a run: all that there is, it misses. */
  readonly #machines: ReadonlyMap<string, Part>;
  readonly #other = new Set<string>();
  readonly #merged = new Set<string>();

  constructor(machines: readonly Machine[]) {
    this.#machines = new Map(
      machines.map(({ id, arn, definition }) => [
        arn,
        { id, reached: new Reached(definition), everything: new Reached(definition) },
      ]),
    );
  }

  /** Takes a run along. */
  add({ stage, ghost, premises }: Pick<Simulated, 'stage' | 'ghost' | 'premises'>): void {
    for (const { history, stateMachineArn } of stage.account.executions)
      this.#machines.get(stateMachineArn)?.reached.add(history);
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
    const reached = [...this.#machines.values()].flatMap(({ id, reached: { all } }) =>
      all.map((name) => nameIn(id, name)),
    );
    return [...new Set([...reached, ...this.#other, ...this.#merged])];
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
        ...[...this.#machines.values()].flatMap(({ id, everything }) =>
          [...everything.missingStates(), ...everything.missingEntries()].map((name) =>
            nameIn(id, name),
          ),
        ),
        ...invariants.map(({ id }) => premiseOf(id)),
        ...faults,
      ]),
    ];
  }
}

interface Part {
  readonly id: string;
  readonly reached: Reached;
  readonly everything: Reached;
}

/** Both machines have states of one name. */
const nameIn = (id: string, name: string): string =>
  id === 'Failover' ? name : `${id.toLowerCase()} ${name}`;
const premiseOf = (id: string): string => `premise of ${id}`;
const faultAt = (kind: string, client: string): string =>
  `${kind} at ${client.replace(/Client$/, '')}`;
