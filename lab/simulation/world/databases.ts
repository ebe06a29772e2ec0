/** A place where a database of the pair runs. */
export type Place = 'primary' | 'standby';

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

/** A time in which replication ran, or stood still. */
interface Stretch {
  readonly from: number;
  readonly isLive: boolean;
  /** Where it stands still, the primary's time up to which the standby has everything. */
  readonly replayedUntil: number;
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
  /** Commits of the primary that crossed; they are the standby's whole log until it forks. */
  #crossed = 0;
  #forked = false;
  readonly #stretches: Stretch[] = [{ from: 0, isLive: true, replayedUntil: 0 }];

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
    const { primary, standby } = this.#nodes;
    if (place === 'primary' || this.#forked) return this.#nodes[place].log;
    return [...primary.log.slice(0, this.#crossed), ...standby.log];
  }

  /** Commits of the primary that the standby lacks. */
  missing(at: number): readonly Commit[] {
    this.#ship(at);
    return this.#nodes.primary.log.slice(this.#crossed);
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

  /** Refuses writes at a place, or allows them again; readers are not touched. */
  setReadOnly(place: Place, readOnly: boolean, at: number): void {
    this.#ship(at);
    this.#nodes[place].isReadOnly = readOnly;
    this.#noteLag(at);
  }

  /** Makes the standby a writer. @returns false where it is none that could be promoted */
  promote(at: number): boolean {
    this.#ship(at);
    const { primary, standby } = this.#nodes;
    if (!standby.running || standby.isWriter) return false;
    standby.log = primary.log.slice(0, this.#crossed);
    standby.isWriter = true;
    this.#forked = true;
    this.#noteLag(at);
    return true;
  }

  /** How old the newest heartbeat row on the standby was at an instant. */
  lagMillisecondsAt(at: number): number {
    const stretch = this.#stretches.findLast(({ from }) => from <= at);
    if (stretch === undefined || stretch.isLive) return this.#lagMilliseconds;
    return at - stretch.replayedUntil;
  }

  /** Called after whatever may have stopped replication, or let it go on. */
  #noteLag(at: number): void {
    const { primary } = this.#nodes;
    const isLive = this.#isReplicating() && primary.isWriter && !primary.isReadOnly;
    const last = this.#stretches.at(-1);
    if (last === undefined || last.isLive === isLive) return;
    const replayedUntil = at - this.#lagMilliseconds;
    this.#stretches.push({ from: at, isLive, replayedUntil });
  }

  #isReplicating(): boolean {
    const { primary, standby } = this.#nodes;
    return !this.#forked && this.#linkUp && primary.running && standby.running;
  }

  #ship(at: number): void {
    const { primary } = this.#nodes;
    if (!this.#isReplicating()) return;
    const until = at - this.#lagMilliseconds;
    while ((primary.log[this.#crossed]?.at ?? Number.POSITIVE_INFINITY) <= until) {
      this.#crossed += 1;
    }
  }
}
