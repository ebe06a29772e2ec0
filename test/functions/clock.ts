import type { LabClock } from '../../lab/clock.ts';

/** A clock that stands still until a test moves it. Sleepers wake in the order of their time. */
export interface SteppingClock extends LabClock {
  /** Moves on by so many seconds, waking who slept, and lets what they began go on. */
  advance(seconds: number): Promise<void>;
}

/** A clock that stands at this instant. */
export function createSteppingClock(startAt: Date): SteppingClock {
  let now = startAt.getTime();
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    now: () => new Date(now),
    sleep: (milliseconds) =>
      new Promise<void>((resolve) => {
        sleepers.add({ at: now + milliseconds, wake: resolve });
      }),
    async advance(seconds) {
      const until = now + seconds * 1000;
      for (;;) {
        await idle();
        const due = [...sleepers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
        const next = due[0];
        if (next === undefined) break;
        sleepers.delete(next);
        now = Math.max(now, next.at);
        next.wake();
      }
      now = until;
    },
  };
}

/** Everything that is only made of promises has happened after this. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
