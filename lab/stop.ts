/** The part of an AbortSignal that the lab's own waits ask for. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * An AbortController and its signal in one, for waits that no API of Node's takes part in: a
 * simulated run has hundreds of them, and those of Node make an event of every end.
 */
export class Stop implements StopSignal {
  #ended: { readonly reason: Error } | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #dependents = new Set<Stop>();
  #parent: Stop | undefined;

  get aborted(): boolean {
    return this.#ended !== undefined;
  }

  get reason(): Error | undefined {
    return this.#ended?.reason;
  }

  /** A stop that also ends when this one does. */
  fork(): Stop {
    const fork = new Stop();
    fork.#ended = this.#ended;
    fork.#parent = this;
    if (this.#ended === undefined) this.#dependents.add(fork);
    return fork;
  }

  /** Ends it, once. Whoever listens sees all that depends on it ended, too. */
  abort(reason: Error): void {
    for (const stop of this.#end(reason)) {
      const listeners = [...stop.#listeners];
      stop.#listeners.clear();
      for (const listener of listeners) listener();
    }
  }

  /** @throws the reason, if it has ended */
  throwIfAborted(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (this.#ended === undefined) this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  #end(reason: Error): Stop[] {
    if (this.#ended !== undefined) return [];
    this.#ended = { reason };
    if (this.#parent !== undefined) this.#parent.#dependents.delete(this);
    return [this, ...[...this.#dependents].flatMap((each) => each.#end(reason))];
  }
}
