import type { LabClock } from '../../clock.ts';
import type { StopSignal } from '../../stop.ts';
import type { Routing } from '../../world/routing.ts';
import type { Place } from './databases.ts';
import type { Facts } from './facts.ts';
import { writeFrom } from './facts.ts';

/** How long a client keeps an address: some never ask again. */
const CACHE_SECONDS = [5, 60, Number.POSITIVE_INFINITY] as const;
const WRITE_MILLISECONDS = 2000;

/** What clients remember: the judge of every promise about writes. */
export interface ClientLedger {
  /** Every write that was ever sent; its number is its place. */
  readonly writes: ClientWrite[];
  /** When each client last had a write acknowledged, in milliseconds. */
  readonly lastAcknowledgedAt: number[];
}

/** A write, where it went, and what the client was told. */
export interface ClientWrite {
  readonly client: number;
  readonly place: Place;
  readonly at: number;
  readonly result: 'acknowledged' | 'refused' | 'unknown';
}

/** Clients that write on and on, each to the address that it remembers. */
export class Clients {
  readonly ledger: ClientLedger = { writes: [], lastAcknowledgedAt: [] };
  readonly #caches = CACHE_SECONDS.map((seconds) => ({ seconds, place: 'primary', until: 0 }));

  /** Every client writes once. */
  writeOnce(facts: Facts, routing: Routing, name: string, clock: LabClock): void {
    const at = clock.now().getTime();
    for (const [client, cache] of this.#caches.entries()) {
      if (at >= cache.until) {
        cache.place = routing.sideOf(name) === 'standby' ? 'standby' : 'primary';
        cache.until = at + cache.seconds * 1000;
      }
      const place: Place = cache.place === 'standby' ? 'standby' : 'primary';
      const result = writeFrom(facts, place, this.ledger.writes.length, clock);
      this.ledger.writes.push({ client, place, at, result });
      if (result === 'acknowledged') this.ledger.lastAcknowledgedAt[client] = at;
    }
  }

  /** Writes every two seconds, and every minute once a run takes long. */
  async run(
    facts: Facts,
    routing: Routing,
    name: string,
    clock: LabClock,
    signal: StopSignal,
  ): Promise<void> {
    const from = clock.now().getTime();
    while (!signal.aborted) {
      this.writeOnce(facts, routing, name, clock);
      const isLong = clock.now().getTime() - from > 900_000;
      const pause = isLong ? 60_000 : WRITE_MILLISECONDS;
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  }
}
