import { UnreachableError } from '../core/errors.ts';

const READS = 3;

/**
 * Reads up to three times while nobody answers: one lost packet must decide nothing, and a service
 * that stays silent must. For reads whose failure is an answer; all others are left to the state.
 */
export async function readAgain<T>(read: () => Promise<T>): Promise<T> {
  for (let left = READS - 1; ; left -= 1) {
    try {
      return await read();
    } catch (error) {
      if (left === 0 || !(error instanceof UnreachableError)) throw error;
    }
  }
}
