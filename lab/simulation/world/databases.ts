import type { Place } from '../../world/place.ts';
import { otherPlace } from '../../world/place.ts';
import { always, lastOf, note } from './spans.ts';

export type { Place } from '../../world/place.ts';

/** A committed transaction, by the number of the write that it carries. */
export interface Commit {
  readonly write: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Why a database refuses a write, in the words of the check against PostgreSQL. */
export type Refusal = 'stopped' | 'in recovery' | 'read only';

/** What came of a write. */
export type WriteResult = 'committed' | Refusal;

interface Node {
  running: boolean;
  /** Whether it is a writer by its own account; a standby is in recovery. */
  isWriter: boolean;
  /** Survives a restart, as ALTER SYSTEM does. */
  isReadOnly: boolean;
  log: Commit[];
}

/**
 * A PostgreSQL primary and its streaming standby as commit logs. Replication is asynchronous:
 * a commit is acknowledged before it crosses, and crosses `lagMilliseconds` later while the link
 * is up, both sides run and nobody was promoted. What a promotion finds has crossed; the rest
 * stays on the old primary's own timeline. A test holds this against a real pair.
 */
export class DatabasePair {
  readonly #nodes: Record<Place, Node> = {
    primary: { running: true, isWriter: true, isReadOnly: false, log: [] },
    standby: { running: true, isWriter: false, isReadOnly: false, log: [] },
  };
  readonly #lagMilliseconds: number;
  #linkUp = true;
  /** Which place the other one follows, or followed until it was promoted. */
  #source: Place = 'primary';
  /** Commits of the source that crossed; they are the other's whole log until it forks. */
  #crossed = 0;
  #forked = false;
  /** When commits crossed. */
  readonly #shipping = always();
  /** When the primary took writes, and with them its heartbeat. */
  readonly #beating = always();
  /** Logs of writers that were replaced by a replica, oldest first: kept, and out of reach. */
  readonly kept: (readonly Commit[])[] = [];

  constructor(lagMilliseconds: number) {
    this.#lagMilliseconds = lagMilliseconds;
  }

  /** Commits a write, or says why not. */
  write(place: Place, write: number, at: number): WriteResult {
    this.#ship(at);
    const node = this.#nodes[place];
    if (!node.running) return 'stopped';
    if (!node.isWriter) return 'in recovery';
    if (node.isReadOnly) return 'read only';
    node.log.push({ write, at });
    return 'committed';
  }

  /** Whether a write would be committed now. */
  accepts(place: Place): boolean {
    const { running, isWriter, isReadOnly } = this.#nodes[place];
    return running && isWriter && !isReadOnly;
  }

  isWriter(place: Place): boolean {
    return this.#nodes[place].isWriter;
  }

  isRunning(place: Place): boolean {
    return this.#nodes[place].running;
  }

  /** The commits that a reader of this place finds. */
  commits(place: Place, at: number): readonly Commit[] {
    this.#ship(at);
    if (place === this.#source || this.#forked) return this.#nodes[place].log;
    return [...this.#nodes[this.#source].log.slice(0, this.#crossed), ...this.#nodes[place].log];
  }

  /** Commits of the source that the other place lacks. */
  missing(at: number): readonly Commit[] {
    this.#ship(at);
    return this.#nodes[this.#source].log.slice(this.#crossed);
  }

  /** Whether a place follows the other one, and was not promoted. */
  isReplica(place: Place): boolean {
    return place !== this.#source && !this.#forked;
  }

  /**
   * Replaces what is at a place by a replica of the other, which has all that is there now. What was
   * there before is kept. @returns false where the other is no writer, or does not run
   */
  rebuild(place: Place, at: number): boolean {
    this.#ship(at);
    const source = otherPlace(place);
    if (!this.#nodes[source].running || !this.#nodes[source].isWriter) return false;
    this.kept.push(this.#nodes[place].log);
    this.#nodes[place] = { running: true, isWriter: false, isReadOnly: false, log: [] };
    this.#source = source;
    this.#crossed = this.#nodes[source].log.length;
    this.#forked = false;
    this.#noteLag(at);
    return true;
  }

  /** Cuts the link or heals it: what waits crosses after the lag. */
  setLink(up: boolean, at: number): void {
    this.#ship(at);
    this.#linkUp = up;
    this.#noteLag(at);
  }

  /** Takes a place down at once. What was committed is on its disk. */
  stop(place: Place, at: number): void {
    this.#ship(at);
    this.#nodes[place].running = false;
    this.#noteLag(at);
  }

  /** Starts a place as what it was: an old primary believes that it still is one. */
  start(place: Place, at: number): void {
    this.#ship(at);
    this.#nodes[place].running = true;
    this.#noteLag(at);
  }

  /**
   * Refuses writes at a place, or allows them again; readers are not touched. It is the default
   * of its sessions: in PostgreSQL one that insists on writing, or is at it, writes on.
   * @returns false where the place is down: nobody is there to be told
   */
  setReadOnly(place: Place, readOnly: boolean, at: number): boolean {
    this.#ship(at);
    if (!this.#nodes[place].running) return false;
    this.#nodes[place].isReadOnly = readOnly;
    this.#noteLag(at);
    return true;
  }

  /** Makes the replica a writer. @returns false where it is none that could be promoted */
  promote(at: number): boolean {
    this.#ship(at);
    const replica = this.#nodes[otherPlace(this.#source)];
    if (!replica.running || replica.isWriter) return false;
    replica.log = this.#nodes[this.#source].log.slice(0, this.#crossed);
    replica.isWriter = true;
    this.#forked = true;
    this.#noteLag(at);
    return true;
  }

  /** How old the primary's newest heartbeat row on the standby was at an instant. */
  lagMillisecondsAt(at: number): number {
    const replayedUntil = lastOf(this.#shipping, at) - this.#lagMilliseconds;
    return at - lastOf(this.#beating, replayedUntil);
  }

  /** Called after whatever may have stopped replication or the heartbeat, or let them go on. */
  #noteLag(at: number): void {
    note(this.#shipping, this.#isReplicating(), at);
    note(this.#beating, this.accepts('primary'), at);
  }

  #isReplicating(): boolean {
    const { primary, standby } = this.#nodes;
    return !this.#forked && this.#linkUp && primary.running && standby.running;
  }

  #ship(at: number): void {
    const { log } = this.#nodes[this.#source];
    if (!this.#isReplicating()) return;
    const until = at - this.#lagMilliseconds;
    while ((log[this.#crossed]?.at ?? Number.POSITIVE_INFINITY) <= until) {
      this.#crossed += 1;
    }
  }
}
