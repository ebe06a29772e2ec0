import * as z from 'zod';

/**
 * How far a queue came, small enough to travel between states: places in a plan whose order is the
 * same in every turn.
 */
export const Progress = z.strictObject({
  /** Everything before it was tried at least once. */
  at: z.int().nonnegative(),
  /** What of that waits for others, in the order in which it is tried again: first and last of each run. */
  waiting: z.array(z.tuple([z.int(), z.int()])),
  /** How many waited in a row since something was done. */
  idle: z.int().nonnegative(),
  /** What is tried before all others; null if nothing is. */
  first: z.int().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

/** A state holds 256 KiB of everything; so many runs of places are 32 KB. */
const MOST_RUNS = 2000;

/** Things that are done in their order; what has to wait for others is tried again after them. */
export class Queue<T> {
  #items: readonly T[] = [];
  #at: number;
  #idle: number;
  #taken = 0;
  #first: number | null;
  #wasFirst = false;
  /** In the order in which they are tried again. */
  readonly #waiting: Set<number>;

  constructor(
    { at, waiting, idle, first }: Progress = { at: 0, waiting: [], idle: 0, first: null },
  ) {
    this.#first = first;
    this.#at = at;
    this.#idle = idle;
    this.#waiting = new Set(waiting.flatMap(placesOf));
  }

  /** Gives it its things: the same ones in the same order as in the turns before. */
  fill(items: readonly T[]): void {
    this.#items = items;
    for (const place of this.#waiting) if (place >= items.length) this.#waiting.delete(place);
    if ((this.#first ?? 0) >= items.length) this.#first = null;
  }

  get isEmpty(): boolean {
    return this.#first === null && this.#at >= this.#items.length && this.#waiting.size === 0;
  }

  /** All that is left was tried since something was done last: it waits in vain. */
  get isStuck(): boolean {
    const areTried = this.#first === null && this.#at >= this.#items.length;
    return areTried && this.#idle >= this.#waiting.size;
  }

  /** The next thing, which is out of the queue then; undefined if it is empty. */
  take(): T | undefined {
    const [waiting = this.#items.length] = this.#waiting;
    this.#taken = this.#first ?? (this.#at < this.#items.length ? this.#at++ : waiting);
    this.#wasFirst = this.#first !== null;
    this.#first = null;
    this.#waiting.delete(this.#taken);
    return this.#items[this.#taken];
  }

  /** The thing that was taken last is tried again after the others. */
  putBack(): void {
    this.#waiting.add(this.#taken);
    this.#idle += 1;
  }

  /** The thing that was taken last is tried again before all others, in the next turn. */
  putBackFirst(): void {
    this.#first = this.#taken;
  }

  /** Whether what was taken last was put back first before: it had all the time that there is. */
  get wasFirst(): boolean {
    return this.#wasFirst;
  }

  /** Something was done that others may have waited for. */
  moved(): void {
    this.#idle = 0;
  }

  /** What is handed over to the next turn, and how many things it leaves out: it has a limit. */
  progress(): { readonly progress: Progress; readonly dropped: number } {
    const runs = runsOf([...this.#waiting]);
    const waiting = runs.slice(0, MOST_RUNS);
    const dropped = runs.slice(MOST_RUNS).flatMap(placesOf).length;
    return {
      progress: { at: this.#at, waiting, idle: this.#idle, first: this.#first },
      dropped,
    };
  }
}

type Run = Progress['waiting'][number];

const placesOf = ([first, last]: Run): number[] =>
  Array.from({ length: last - first + 1 }, (_, place) => first + place);

function runsOf(places: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const place of places) {
    const run = runs.at(-1);
    if (run?.[1] === place - 1) run[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}
