/** Places that a packet can go between. */
export type NetworkPlace = 'primary' | 'standby' | 'elsewhere' | 'clients';

/** One direction of a way between two places. */
export type Direction = `${NetworkPlace}>${NetworkPlace}`;

/** How an application answers. One that is `misled` works, but does not know its health check. */
export type ServiceHealth = 'serving' | 'hung' | 'overloaded' | 'misled' | 'dead';

/** Which ways are cut. Each direction by itself, as in real networks. */
export class Ways {
  readonly #cut = new Set<Direction>();

  cut(from: NetworkPlace, to: NetworkPlace): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(from: NetworkPlace, to: NetworkPlace): void {
    this.#cut.delete(`${from}>${to}`);
  }

  isOpen(from: NetworkPlace, to: NetworkPlace): boolean {
    return !this.#cut.has(`${from}>${to}`);
  }
}
