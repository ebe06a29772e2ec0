import type { Account } from '../account.ts';
import type { LabClock } from '../clock.ts';

/** Lets scheduled rules run until told to stop: in the drill their minute takes a second. */
export async function tickEverySecond(
  account: Account,
  clock: LabClock,
  signal: AbortSignal,
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    // Aborting wakes it, and ends it.
    await clock.sleep(1000, signal).catch(() => undefined);
    if (!isOver()) await account.tick();
  }
}
